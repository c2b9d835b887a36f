import { describe, expect, it } from 'vitest';
import { errorCatalogue } from './catalogue.ts';
import { renderErrorsReference } from './errors-reference.ts';

describe('docs/reference/errors.md', () => {
  it('says what the catalogue says', async () => {
    await expect(renderErrorsReference()).toMatchFileSnapshot('../../docs/reference/errors.md');
  });

  it('has every code, with a meaning and a remedy that are sentences', () => {
    const page = renderErrorsReference();
    for (const [code, { meaning, remedy }] of Object.entries(errorCatalogue)) {
      expect(page).toContain(`### ${code}\n`);
      expect(meaning, code).toMatch(/^[A-Z`].*[.!]$/su);
      expect(remedy, code).toMatch(/^[A-Z`].*[.!]$/su);
    }
  });
});
