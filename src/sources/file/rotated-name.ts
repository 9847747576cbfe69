/** How rotation renames files. Pure. */

/** What it appends to a name: `.1`, `-20240517`, `.2024-05-17_03`. */
const rotated = /^[.-]\d[\d.T_-]*$/

/** Whether `path` is what a rotation calls the file of name `original` afterwards. */
export const isRotationOf = (path: string, original: string): boolean =>
  path.startsWith(original) && rotated.test(path.slice(original.length))
