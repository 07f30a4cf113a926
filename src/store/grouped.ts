/**
 * Lets calls that come while one is under way share the next run: as many as come, up to `most`. `run` gives one answer for each
 * member, in their order, and never rejects.
 */
export function grouped<Member, Answer>(
  run: (members: readonly Member[]) => Promise<readonly Answer[]>,
  most: number,
): (member: Member) => Promise<Answer> {
  let waiting: { readonly member: Member; readonly answer: (value: Answer) => void }[] = [];
  let running = false;

  async function loop(): Promise<void> {
    // Calls of the same moment belong together from the first run on.
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = waiting.slice(0, most);
      waiting = waiting.slice(most);
      const answers = await run(group.map(({ member }) => member));
      group.forEach(({ answer }, index) => {
        const value = answers[index];
        if (value === undefined) throw new TypeError(`grouped: no answer for member ${index}`);
        answer(value);
      });
    }
    running = false;
  }

  return (member) =>
    new Promise((answer) => {
      waiting.push({ member, answer });
      if (running) return;
      running = true;
      void loop();
    });
}
