/**
 * ψ(θ) = (-1)^k cos(mθ) - 2k on [kπ/m, (k+1)π/m]: cos(mθ) continued so that it falls on all of [0, π].
 * Liu et al., ICML 2016, eq. 6. The sign is written with floor because k has no gradient.
 */
export const psi = {
  k: 'floor(margin * theta / pi)',
  psi: '(1 - 2 * (k - 2 * floor(k / 2))) * cos(margin * theta) - 2 * k',
} as const
