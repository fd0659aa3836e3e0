/** An event on its way to the receiver. */
export interface WebhookDelivery {
  /** Idempotency id: one for each event, the same in every attempt. */
  readonly id: string;
  /** JSON, as it is signed and sent; the same in every attempt. */
  readonly body: string;
  /** Attempts so far; of a claimed delivery, with the one for which it was claimed. */
  readonly attempts: number;
  /** When the event happened. */
  readonly at: Date;
}

/** A delivery that was given up. */
export interface DeadDelivery extends WebhookDelivery {
  /** Why its last attempt failed. */
  readonly failure: string;
}

/** How far the outbox is. */
export interface WebhookStatus {
  /** Events of the audit log that were not yet looked at. */
  readonly behind: number;
  /** Deliveries whose first or next attempt is due now or later. */
  readonly waiting: number;
  /** Deliveries that were given up. */
  readonly dead: number;
  /** When the oldest event among the waiting ones happened. */
  readonly oldest?: Date | undefined;
}

/** Where deliveries wait. Instances share one; every method is one transaction. Instants are milliseconds since the Unix epoch. */
export interface WebhookOutbox {
  /**
   * Makes deliveries of what has happened to shares since the last call, each event once, and appends `share.ended` for shares
   * that have expired or are used up. The first call ever only marks the place: what came before is not announced.
   *
   * @returns how many events it looked at or appended: 0 when there is nothing left
   */
  collect(at: number): Promise<number>;
  /** Takes deliveries that are due, oldest first. Nobody else gets them for as long as the lease is. */
  claim(at: number, leaseMs: number, limit: number): Promise<readonly WebhookDelivery[]>;
  /** Forgets a delivery that was received. */
  delivered(id: string): Promise<void>;
  /** Notes a failed attempt. @param until when the next one is due; undefined gives the delivery up */
  failed(delivery: WebhookDelivery, failure: string, until: number | undefined): Promise<void>;
  /** Counts what waits. */
  status(): Promise<WebhookStatus>;
  /** Deliveries that were given up, oldest first. */
  listDead(limit: number): Promise<readonly DeadDelivery[]>;
  /** Lets deliveries that were given up begin anew. @param ids undefined: all of them @returns how many */
  retryDead(at: number, ids?: readonly string[]): Promise<number>;
  /** Forgets deliveries that were given up and whose events are older than 30 days. */
  purge(at: number): Promise<void>;
}
