/** How the names of dead-letter queues end; the coordinator tells dead letters from `advance` messages by it. */
export const deadLetterSuffix = '-dead-letters';
