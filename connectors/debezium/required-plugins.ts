/** The classes that a connector's configuration names and a worker must therefore have. */
export function requiredPlugins(config: Readonly<Record<string, string>>): readonly string[] {
  const names = new Set<string>();
  for (const setting of ['connector.class', 'key.converter', 'value.converter', 'header.converter']) {
    const className = config[setting];
    if (className !== undefined) names.add(className);
  }
  for (const alias of (config['transforms'] ?? '').split(',')) {
    const className = config[`transforms.${alias.trim()}.type`];
    if (className !== undefined) names.add(className);
  }
  return [...names];
}
