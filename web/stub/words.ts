/** Words and amounts of the made-up company's loop. */
export const text = (en: string, zh: string) => ({ en, "zh-CN": zh });
export const usd = (amount: string) => ({ amount, currency: "USD" });
export const dayAfter = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
