/** A file that cannot be used; the message says why and what could be. */
export class FileError extends Error {}
