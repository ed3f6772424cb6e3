import { type EffectType, faultBody, type FaultChanges, type FaultInfo, type FaultOptions } from "./models.js";
import { idOf, ONE, SandboxBase } from "./sandbox-base.js";

const FAULT = `${ONE}/faults/{fault}` as const;

/** The faults of a sandbox. */
export abstract class FaultMethods extends SandboxBase {
  /** Add a fault, such as `fault("status", { status: 503, api: "cratejoy", method: "POST", times: 1 })`. */
  fault<T extends EffectType>(
    type: T,
    ...[options]: object extends FaultOptions<T> ? [FaultOptions<T>?] : [FaultOptions<T>]
  ): Promise<FaultInfo> {
    const { params } = this;
    const body = faultBody(type, { ...options });
    return this.transport.send((api, signal) => api.POST(`${ONE}/faults`, { params, body, signal }));
  }

  /** List the faults in order, each with the number of times it was applied. */
  async faults(): Promise<FaultInfo[]> {
    const { params } = this;
    return (await this.transport.send((api, signal) => api.GET(`${ONE}/faults`, { params, signal }))).faults;
  }

  /** Delete a fault, given as `FaultInfo` or id. */
  async deleteFault(fault: FaultInfo | string): Promise<void> {
    const params = this.at({ fault: idOf(fault) });
    await this.transport.send((api, signal) => api.DELETE(FAULT, { params, signal }));
  }

  /** Change a fault, such as `changeFault(fault, { times: 3 })`; `effect` and `match` are merge patches. */
  changeFault(fault: FaultInfo | string, changes: FaultChanges): Promise<FaultInfo> {
    const params = this.at({ fault: idOf(fault) });
    return this.transport.send((api, signal) => api.PATCH(FAULT, { params, body: changes, signal }));
  }

  /** Stop applying a fault until it is resumed. */
  pauseFault(fault: FaultInfo | string): Promise<FaultInfo> {
    return this.changeFault(fault, { paused: true });
  }

  /** Apply a paused fault again; it continues where it was paused. */
  resumeFault(fault: FaultInfo | string): Promise<FaultInfo> {
    return this.changeFault(fault, { paused: false });
  }

  /** Delete all faults. */
  async clearFaults(): Promise<void> {
    const { params } = this;
    await this.transport.send((api, signal) => api.DELETE(`${ONE}/faults`, { params, signal }));
  }
}
