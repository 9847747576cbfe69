/** What the signs of the charts mean. */

const sign = (content: string): string => `<svg viewBox="0 0 26 20" aria-hidden="true">${content}</svg>`

const entries = [
  [sign('<g class="act"><path d="M6 3h14l-7 13z"/></g>'), 'action'],
  [sign('<g class="held"><path d="M13 3l7 7l-7 7l-7-7z"/></g>'), 'trigger held back'],
  [
    sign(
      '<path class="fill-high" d="M1 19V12L9 12V4L25 4V19Z"/><path class="fill-line" d="M1 12L9 12V4L25 4"/>',
    ),
    "the window's fill",
  ],
  [sign('<path class="limit" d="M1 10H25"/>'), 'where it triggers'],
  [sign('<path class="events" d="M6 4v12M13 4v12M20 4v12"/>'), 'matching event'],
  [sign('<path class="ignored" d="M6 7v6M13 7v6M20 7v6"/>'), 'ignored event'],
  [
    sign(
      '<rect class="cooldown-ground" width="26" height="20"/><path class="cooldown-line" d="M1 19L19 1M8 21L26 3M-4 14L9 1"/>',
    ),
    'cooldown',
  ],
]

export const legend = `<ul class="legend">${entries.map(([svg, words]) => `<li>${svg}${words}</li>`).join('')}</ul>`
