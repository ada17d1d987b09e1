/** Side of a picture in pixels. */
export const pictureSize = 32

/** Values of one picture: rows of RGB triples. */
export const pictureLength: number = pictureSize * pictureSize * 3
