import { z } from 'zod';

/** A 64-bit integer as JSON carries it: decimal digits in a text. */
export const digits = z.string().regex(/^-?\d+$/u);
