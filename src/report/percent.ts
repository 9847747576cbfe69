/** A share of 1 as a percentage, `0.5 %`: two digits that count. */
export const percent = (share: number): string =>
  `${share >= 0.1 ? Math.round(share * 100) : Number((share * 100).toPrecision(2))} %`
