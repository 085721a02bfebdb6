import type { Fault } from '../config/provider-config.ts';
import { drawUniform, type Random } from '../engine/draw-factor.ts';

/** The fault that strikes request `sequence` (from 1) of a model: the first rule that matches; null: none. */
export function chooseFault(faults: readonly Fault[], sequence: number, random: Random): Fault | null {
  return faults.find((fault) => strikes(fault, sequence, random)) ?? null;
}

function strikes(fault: Fault, sequence: number, random: Random): boolean {
  const { every, requests, first, probability } = fault;
  if (every !== undefined && sequence % every !== 0) return false;
  if (requests !== undefined && !requests.includes(sequence)) return false;
  if (first !== undefined && sequence > first) return false;
  return probability === undefined || drawUniform(random) < probability;
}
