import { describe, expect, it } from 'vitest';
import { renderTypesReference } from './types-reference.ts';

describe('docs/reference/types.md', () => {
  it('says what the mapping does', async () => {
    await expect(renderTypesReference()).toMatchFileSnapshot('../../docs/reference/types.md');
  });
});
