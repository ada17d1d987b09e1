/** The head that every engine runs: ArcFace with the paper's numbers. `python/torch_head.py` has the same as defaults. */
export const margin = 0.5
export const scale = 64
