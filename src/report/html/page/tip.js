// The tip beside the cursor, and the same words for whoever hears them.

/** `spoken` is the live region of the page. */
export function createTip(tip, spoken) {
  return {
    hide() {
      tip.hidden = true
    },
    /** Shows `words` at a place in the window; says them, too, where `aloud`. */
    show(words, { x, y, aloud }) {
      tip.replaceChildren(
        ...words.map(({ kind, text }) => {
          const line = document.createElement('div')
          line.className = kind
          line.textContent = text
          return line
        }),
      )
      tip.hidden = false
      const { width, height } = tip.getBoundingClientRect()
      const left = x + 16 + width > window.innerWidth ? x - 16 - width : x + 16
      const above = y + 16 + height > window.innerHeight ? y - 16 - height : y + 16
      tip.style.left = `${Math.max(4, left)}px`
      tip.style.top = `${Math.max(4, above)}px`
      if (aloud) spoken.textContent = words.map(({ text }) => text).join('; ')
    },
  }
}
