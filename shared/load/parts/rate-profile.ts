/** A rate of arrivals that goes in a straight line from one value to another and then stays. Requests per second; ms. */
export type RateProfile = {
  fromRequestsPerSecond: number;
  requestsPerSecond: number;
  /** How long it takes to get there; 0: it is there from the start. */
  rampMs: number;
};

export type RateLevel = {
  requestsPerSecond: number;
  requests: number;
  fromRequestsPerSecond?: number | undefined;
  rampMs?: number | undefined;
};

/** Builds the profile of a level. A ramp without a time of its own takes all requests: it reaches the rate with the last one. */
export function buildRateProfile(level: RateLevel): RateProfile {
  const { requestsPerSecond, fromRequestsPerSecond = requestsPerSecond, requests, rampMs } = level;
  if (fromRequestsPerSecond === requestsPerSecond) return { fromRequestsPerSecond, requestsPerSecond, rampMs: 0 };
  const meanPerMs = (fromRequestsPerSecond + requestsPerSecond) / 2_000;
  return { fromRequestsPerSecond, requestsPerSecond, rampMs: rampMs ?? requests / meanPerMs };
}

/**
 * Computes when the expected number of arrivals reaches `expected`: the inverse of Λ(t) = ∫ rate. A process of rate 1 whose
 * arrivals are mapped through it has the profile's rate at every instant, exactly (time rescaling).
 * @returns ms after the start
 */
export function whenExpectedMs(profile: RateProfile, expected: number): number {
  const { fromRequestsPerSecond, requestsPerSecond, rampMs } = profile;
  if (rampMs === 0) return (expected * 1_000) / requestsPerSecond;
  if (expected <= 0) return 0;
  const inRamp = ((fromRequestsPerSecond + requestsPerSecond) / 2_000) * rampMs;
  if (expected > inRamp) return rampMs + ((expected - inRamp) * 1_000) / requestsPerSecond;
  // Λ(t) = from·t + (to − from)·t²/(2·ramp), solved in the form that does not cancel where the two rates are close.
  const from = fromRequestsPerSecond / 1_000;
  const slope = (requestsPerSecond / 1_000 - from) / rampMs;
  return (2 * expected) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * expected)));
}
