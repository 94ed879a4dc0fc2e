/** A request the stub says no to, as the API would. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly error: object,
  ) {
    super(String(status));
  }
}
