export const LONG_TEXT: string =
  'The tide goes out twice a day, and each time it leaves a line of what it carried: weed, shells, a plank, the ' +
  'odd bottle. Read from the sea to the land, the line is a log. What lies on top came last, what lies below came ' +
  'before, and nobody has to remember the order, because the order is where things lie. A boat that was away for a ' +
  'week comes back, finds the place to which it had read, and reads on from there; it needs no harbour master to ' +
  'tell it what it missed. And what its crew wrote in the meantime, out of sight of any coast, is put down at the ' +
  'end of the line when the boat lands, once, in the order it was written.'

export const MARKDOWN: string = `## What Markdown can do

A paragraph with **weight**, *slant*, \`code\` and [a link](https://example.com).

1. First the log,
2. then the rows,
3. then the page.

| part | job |
|---|---|
| relay | appends, serves, pushes |
| device | keeps, projects, resends |

> What is saved is saved.

\`\`\`ts
const rows = project(log).concat(pending)

for (const row of rows) {
  console.log(row.id)
}
\`\`\`
`
