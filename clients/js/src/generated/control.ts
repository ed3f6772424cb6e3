// Generated from the OpenAPI document of the control API by `make types`.
// SHA-256 of the document: d63b250c3c2bbd56cfde874d3b93b4c1be7a32f042a57a7c7fa6fe0e102babe7

export interface paths {
    "/_mockorders/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return status and version; the response itself shows that the server is healthy. */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return status and version, whatever the state of the store: a process that responds needs no restart. */
        get: operations["liveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/fidelity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List every rule with its evidence and source. */
        get: operations["fidelity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/schemas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the names of all schemas, such as `cratejoy/order`. */
        get: operations["list_schemas"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/schemas/{schema}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one schema; `.json` after its name is optional. */
        get: operations["get_schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the OpenAPI document for `?profile=`, by default the server's. */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/control.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the OpenAPI document of the control API. */
        get: operations["control_openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the APIs, with a valid credential filled in. */
        get: operations["show"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/docs/control": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the control API. */
        get: operations["show_control"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the metrics for Prometheus. */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reset all sandboxes to their fixtures. */
        post: operations["reset_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the sandboxes. */
        get: operations["list_sandboxes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return a sandbox's settings. */
        get: operations["show_sandbox"];
        /** Create or recreate a sandbox from a fixture set or document, with optional profile and frozen clock. */
        put: operations["put_sandbox"];
        post?: never;
        /** Delete a sandbox. */
        delete: operations["delete_sandbox"];
        options?: never;
        head?: never;
        /** Apply a merge patch (RFC 7396) to a sandbox's settings: `current_customer`, null logs out. */
        patch: operations["patch_sandbox"];
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reset one sandbox to its fixtures. */
        post: operations["reset_sandbox"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Return the errors and unused faults of a sandbox, and delete it if there are none. */
        post: operations["finish_sandbox"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the whole state as a fixture document. */
        get: operations["get_state"];
        /** Replace the whole state; return the resulting state. */
        put: operations["put_state"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/snapshots/{snapshot}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Save the current records under a name; return the names of all snapshots. */
        put: operations["put_snapshot"];
        post?: never;
        /** Delete a snapshot. */
        delete: operations["delete_snapshot"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/snapshots/{snapshot}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace all records by those of a snapshot. */
        post: operations["restore_snapshot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the changes since the snapshot `from`, by default to the fixtures. */
        get: operations["get_diff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add records to several collections; return them, and the keys of the records that were created for them. */
        post: operations["add_records"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/records/{api}/{collection}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a collection, ascending by id. */
        get: operations["list_records"];
        put?: never;
        /** Add a record to a collection; return it, and the keys of the records that were created for it. */
        post: operations["add_record"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/records/{api}/{collection}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one record. */
        get: operations["get_record"];
        /** Store a record under the id of the path; return it with defaults filled in. */
        put: operations["put_record"];
        post?: never;
        /** Delete a record. */
        delete: operations["delete_record"];
        options?: never;
        head?: never;
        /** Apply a merge patch (RFC 7396) to a record. */
        patch: operations["patch_record"];
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/clock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return a sandbox's time and whether it is frozen. */
        get: operations["get_clock"];
        /** Set a sandbox's time, whether it is frozen, or both. */
        put: operations["put_clock"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/clock/advance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move a sandbox's time forward or back. */
        post: operations["advance_clock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/faults": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the faults in order, each with the number of times it was applied. */
        get: operations["list_faults"];
        put?: never;
        /** Add a fault after the existing ones. */
        post: operations["add_fault"];
        /** Remove all faults. */
        delete: operations["clear_faults"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/faults/{fault}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove one fault. */
        delete: operations["delete_fault"];
        options?: never;
        head?: never;
        /** Change a fault by a JSON merge patch, or pause it. */
        patch: operations["change_fault"];
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/requests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the matching requests, oldest first. */
        get: operations["list_requests"];
        put?: never;
        post?: never;
        /** Delete all requests from the journal. */
        delete: operations["clear_requests"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the number of the emulator's own errors in the sandbox, and the first of them. */
        get: operations["list_errors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/requests.har": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the matching requests that are complete as HAR 1.2. */
        get: operations["export_requests"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/requests/{request}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return one request. */
        get: operations["get_request"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/_mockorders/sandboxes/{name}/requests/{request}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Return the explanation of one request. */
        get: operations["explain_request"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * ControlAdvance
         * @description Clock advance.
         */
        ControlAdvance: {
            /** @description Number of seconds to advance the clock; a negative number moves it back. */
            seconds: number;
        };
        /**
         * ControlAppliedFault
         * @description A fault that was applied to a request.
         */
        ControlAppliedFault: {
            /** @description Id of the fault. */
            id: string;
            /** @description Type of the effect. */
            type: string;
            stage: components["schemas"]["ControlAppliedFaultStage"];
            /** @description Effect of the fault; without body and headers if these are long. */
            effect: {
                [key: string]: unknown;
            };
            /** @description Sum of all delays, in milliseconds. */
            delay_ms: number;
        };
        /**
         * ControlAppliedFaultStage
         * @description When it was applied.
         * @enum {string}
         */
        ControlAppliedFaultStage: "before" | "after";
        /**
         * ControlClock
         * @description Clock settings.
         */
        ControlClock: {
            /** @description Time to set, ISO 8601; UTC if it has no offset. */
            now?: string;
            /** @description Whether the clock is frozen. */
            frozen?: boolean;
        };
        /**
         * ControlClockInfo
         * @description The clock of a sandbox.
         */
        ControlClockInfo: {
            /**
             * Format: date-time
             * @description Time in UTC.
             */
            now: string;
            /** @description Whether the clock is frozen. */
            frozen: boolean;
        };
        /**
         * ControlCustomerInfo
         * @description The customer that a request is for.
         */
        ControlCustomerInfo: {
            /** @description Id of the customer; null if no customer is logged in. */
            id: number | null;
            source: components["schemas"]["ControlCustomerInfoSource"];
        };
        /**
         * ControlCustomerInfoSource
         * @description What selected the customer.
         * @enum {string}
         */
        ControlCustomerInfoSource: "bearer" | "cookie" | "credential" | "sandbox";
        /**
         * ControlDiff
         * @description Changes of the records of a sandbox.
         */
        ControlDiff: {
            /** @description Name of the snapshot; null for the fixtures. */
            from: string | null;
            /** @description JSON Patch (RFC 6902) of the state. */
            patch: components["schemas"]["ControlDiffPatchItem"][];
            /** @description The same changes as text. */
            lines: string[];
        };
        /**
         * ControlDiffPatchItem
         * @description An operation.
         */
        ControlDiffPatchItem: {
            op: components["schemas"]["ControlDiffPatchItemOp"];
            /** @description JSON pointer. */
            path: string;
            /** @description New value; missing for `remove`. */
            value?: unknown;
        };
        /**
         * ControlDiffPatchItemOp
         * @description Kind of the change.
         * @enum {string}
         */
        ControlDiffPatchItemOp: "add" | "remove" | "replace";
        /**
         * ControlDocument
         * @description A document with its own format. A JSON Schema or an OpenAPI document.
         */
        ControlDocument: {
            [key: string]: unknown;
        };
        /**
         * ControlEffect
         * @description Fault effect.
         */
        ControlEffect: components["schemas"]["ControlEffectOption"] | components["schemas"]["ControlEffectOption2"] | components["schemas"]["ControlEffectOption3"] | components["schemas"]["ControlEffectOption4"] | components["schemas"]["ControlEffectOption5"] | components["schemas"]["ControlEffectOption6"] | components["schemas"]["ControlEffectOption7"];
        /** ControlEffectOption */
        ControlEffectOption: {
            /**
             * @description Type of the effect.
             * @enum {string}
             */
            type: "status";
            /**
             * @description HTTP status code.
             * @example 503
             */
            status: number;
            /** @description Response body, any JSON value; a string is sent as plain text. Defaults to the API's own error format. */
            body?: unknown;
            /** @description Additional response headers. Content-Length, Transfer-Encoding, Connection and Date cannot be set. */
            headers?: {
                [key: string]: string;
            };
        };
        /** ControlEffectOption2 */
        ControlEffectOption2: {
            /**
             * @description Type of the effect.
             * @enum {string}
             */
            type: "delay";
            /**
             * @description Delay in milliseconds.
             * @example 3000
             */
            ms?: number;
            /** @description Uniformly distributed delay between two values, in milliseconds. */
            uniform?: number[];
            lognormal?: components["schemas"]["ControlEffectOption2Lognormal"];
        } & (unknown | unknown | unknown);
        /**
         * ControlEffectOption2Lognormal
         * @description Log-normally distributed delay.
         */
        ControlEffectOption2Lognormal: {
            /** @description Median of the delay, in milliseconds. */
            median: number;
            /** @description Spread of the delay (sigma of the log-normal distribution); 0 for a constant delay. */
            sigma: number;
        };
        /** ControlEffectOption3 */
        ControlEffectOption3: {
            /**
             * @description Type of the effect.
             * @enum {string}
             */
            type: "truncate";
            /**
             * Format: int64
             * @description Number of body bytes to send.
             * @example 20
             */
            bytes: number;
        };
        /** ControlEffectOption4 */
        ControlEffectOption4: {
            /**
             * @description Type of the effect.
             * @enum {string}
             */
            type: "drip";
            /**
             * Format: int64
             * @description Rate at which the body is sent, in bytes per second.
             * @example 100
             */
            bytes_per_second: number;
        };
        /** ControlEffectOption5 */
        ControlEffectOption5: {
            /**
             * @description Type of the effect.
             * @enum {string}
             */
            type: "drift";
            /**
             * @description JSON pointer to the property to break.
             * @example /order/plan/price
             */
            pointer: string;
            how?: components["schemas"]["ControlEffectOption5How"];
        };
        /**
         * ControlEffectOption5How
         * @description How to break the property.
         * @default drop
         * @enum {string}
         */
        ControlEffectOption5How: "drop" | "null" | "wrong_type";
        /** ControlEffectOption6 */
        ControlEffectOption6: {
            /**
             * @description Type of the effect.
             * @enum {string}
             */
            type: "rate_limit";
            /**
             * Format: int64
             * @description Number of requests allowed per window.
             * @example 10
             */
            requests: number;
            /**
             * @description Length of the window, in seconds of the sandbox's clock; while the clock is frozen, in real seconds.
             * @example 60
             */
            window: number;
        };
        /** ControlEffectOption7 */
        ControlEffectOption7: {
            type: components["schemas"]["ControlEffectOption7Type"];
        };
        /**
         * ControlEffectOption7Type
         * @description Type of the effect.
         * @enum {string}
         */
        ControlEffectOption7Type: "reset" | "close" | "malformed";
        /**
         * ControlEmulatorError
         * @description An error of the emulator itself.
         */
        ControlEmulatorError: {
            /** @description Id of the request; empty if it was not recorded. */
            request: string;
            /** @description Method of the request. */
            method: string;
            /** @description Path of the request. */
            path: string;
            /** @description What went wrong. */
            message: string;
        };
        /**
         * ControlErrorsResponse
         * @description Errors of the emulator itself in a sandbox.
         */
        ControlErrorsResponse: {
            /** @description Number of errors. */
            count: number;
            /** @description The first 20 of them. */
            errors: components["schemas"]["ControlEmulatorError"][];
        };
        /**
         * ControlExplanation
         * @description How a request was handled.
         */
        ControlExplanation: {
            /** @description Id of the request. */
            id: string;
            /** @description Method and path. */
            request: string;
            /** @description HTTP status code; null if no response was sent, or not yet. */
            status: number | null;
            /** @description Name of the sandbox. */
            sandbox: string;
            /** @description Customer that the request is for; null if the API has none, or if the credential was not accepted. */
            customer: components["schemas"]["ControlCustomerInfo"] | null;
            route: components["schemas"]["ControlExplanationRoute"];
            /** @description Each check with its result, in their order. */
            checks: components["schemas"]["ControlExplanationChecksItem"][];
            /** @description Why the API rejected the request; null if it did not. */
            rejection: components["schemas"]["ControlExplanationRejection"] | null;
            records: components["schemas"]["ControlExplanationRecords"];
            /** @description The fault that was applied; null if there was none. */
            fault: components["schemas"]["ControlAppliedFault"] | null;
            /** @description Violations of the response's schema. */
            violations: components["schemas"]["ControlViolation"][];
            /** @description Time of the sandbox at the request. */
            clock: components["schemas"]["ControlClockInfo"];
            /** @description Notes about the response. */
            notes: string[];
            /** @description The applied rules. */
            rules: components["schemas"]["ControlRule"][];
            /** @description Command that repeats the request. */
            curl: string;
        };
        /**
         * ControlExplanationChecksItem
         * @description A check.
         */
        ControlExplanationChecksItem: {
            /** @description Name of the check. */
            check: string;
            /** @description What it checks. */
            meaning: string;
            /** @description Its result. */
            result: string;
        };
        /**
         * ControlExplanationRecords
         * @description Records that were read and written, such as `cratejoy.orders 1`.
         */
        ControlExplanationRecords: {
            /** @description Records that were read. */
            read: string[];
            /** @description Records that were written. */
            written: string[];
        };
        /**
         * ControlExplanationRejection
         * @description The rejection.
         */
        ControlExplanationRejection: {
            /** @description The messages of the response. */
            messages: string[];
            /** @description The values it was decided by. */
            facts: {
                [key: string]: unknown;
            };
            /** @description Name of the rule. */
            rule: string;
            evidence: components["schemas"]["ControlExplanationRejectionEvidence"];
            /** @description Sentence of the documentation; null if it has none. */
            sentence: string | null;
        };
        /**
         * ControlExplanationRejectionEvidence
         * @description How the behavior is known.
         * @enum {string}
         */
        ControlExplanationRejectionEvidence: "documented" | "observed" | "assumed";
        /**
         * ControlExplanationRoute
         * @description The route that matched, or the closest ones.
         */
        ControlExplanationRoute: {
            /** @description The route that matched; null if there is none. */
            matched: string | null;
            /** @description Parameters in the path. */
            parameters?: {
                [key: string]: string;
            };
            /** @description The most similar routes, if none matched. */
            closest?: components["schemas"]["ControlExplanationRouteClosestItem"][];
        };
        /**
         * ControlExplanationRouteClosestItem
         * @description A route.
         */
        ControlExplanationRouteClosestItem: {
            /** @description The route. */
            route: string;
            /** @description Why it does not match. */
            why: string;
        };
        /**
         * ControlFault
         * @description Fault: the requests it applies to, and its effect.
         */
        ControlFault: {
            match?: components["schemas"]["ControlFaultMatch"];
            /** @description Effect of the fault. */
            effect: components["schemas"]["ControlEffect"];
            /**
             * Format: int64
             * @description Maximum number of requests the fault is applied to; unlimited if omitted.
             * @example 1
             */
            times?: number | null;
            /**
             * Format: int64
             * @description Number of matching requests to skip first.
             * @default 0
             * @example 0
             */
            after?: number;
            /**
             * @description Probability that the fault is applied to a matching request.
             * @default 1
             * @example 0.5
             */
            probability?: number;
            stage?: components["schemas"]["ControlFaultStage"];
            /**
             * @description Whether the fault is paused: it is not applied to any request, and counts none.
             * @default false
             */
            paused?: boolean;
        };
        /**
         * ControlFaultInfo
         * @description A fault with its counters.
         */
        ControlFaultInfo: {
            /** @description Id of the fault. */
            id: string;
            match: components["schemas"]["ControlFaultInfoMatch"];
            /** @description Effect of the fault. */
            effect: components["schemas"]["ControlEffect"];
            /** @description Maximum number of requests the fault is applied to; null if unlimited. */
            times: number | null;
            /** @description Number of matching requests to skip first. */
            after: number;
            /** @description Probability that the fault is applied to a matching request. */
            probability: number;
            stage: components["schemas"]["ControlFaultInfoStage"];
            /** @description Whether the fault is paused: it is not applied to any request. */
            paused: boolean;
            /** @description Number of requests the fault was applied to. */
            hits: number;
            /** @description How many more requests it can be applied to; null if unlimited. */
            remaining: number | null;
        };
        /**
         * ControlFaultInfoMatch
         * @description Conditions that a request must meet. All of them must match; an omitted condition matches every request.
         */
        ControlFaultInfoMatch: {
            /** @description Name of the API. */
            api?: string;
            /** @description HTTP method, case-insensitive. */
            method?: string;
            /** @description Path pattern, such as `/orders/*`; `*` matches any sequence of characters. It must match the path as sent or the canonical path. */
            path?: string;
            /** @description Query parameters and their values. */
            query?: {
                [key: string]: string;
            };
            /** @description Headers and their values; header names are case-insensitive. */
            header?: {
                [key: string]: string;
            };
            /** @description JSON pointers into the request body and the values expected there. */
            body?: {
                [key: string]: unknown;
            };
        };
        /**
         * ControlFaultInfoStage
         * @description Whether the fault is applied before the request is processed or after.
         * @enum {string}
         */
        ControlFaultInfoStage: "before" | "after";
        /**
         * ControlFaultMatch
         * @description Conditions that a request must meet. All of them must match; an omitted condition matches every request.
         * @default {}
         */
        ControlFaultMatch: {
            /** @description Name of the API. */
            api?: string;
            /** @description HTTP method, case-insensitive. */
            method?: string;
            /**
             * @description Path pattern, such as `/orders/*`; `*` matches any sequence of characters. It must match the path as sent or the canonical path.
             * @example /orders/*
             */
            path?: string;
            /** @description Query parameters and their values. */
            query?: {
                [key: string]: string;
            };
            /** @description Headers and their values; header names are case-insensitive. */
            header?: {
                [key: string]: string;
            };
            /** @description JSON pointers into the request body and the values expected there. */
            body?: {
                [key: string]: unknown;
            };
        };
        /**
         * ControlFaultPatch
         * @description Changes to a fault, as a JSON merge patch. Members that are left out are unchanged; null returns to the default. The result is a valid fault.
         */
        ControlFaultPatch: {
            /** @description Changes to the conditions; null for all requests. */
            match?: {
                [key: string]: unknown;
            } | null;
            /** @description Changes to the effect; null removes a parameter. */
            effect?: {
                [key: string]: unknown;
            };
            /** @description Maximum number of requests the fault is applied to; null for no limit. */
            times?: number | null;
            /** @description Number of matching requests to skip first. */
            after?: number | null;
            /** @description Probability that the fault is applied to a matching request. */
            probability?: number | null;
            /** @description Whether the fault is applied before the request is processed (nothing changes) or after. */
            stage?: components["schemas"]["ControlFaultPatchStage"] | null;
            /** @description Whether the fault is paused. */
            paused?: boolean | null;
        };
        /**
         * ControlFaultPatchStage
         * @enum {string}
         */
        ControlFaultPatchStage: "before" | "after";
        /**
         * ControlFaultStage
         * @description Whether the fault is applied before the request is processed (nothing changes) or after.
         * @default before
         * @enum {string}
         */
        ControlFaultStage: "before" | "after";
        /**
         * ControlFaultsResponse
         * @description The faults of a sandbox.
         */
        ControlFaultsResponse: {
            /** @description Number of faults. */
            count: number;
            /** @description The faults, in order. */
            faults: components["schemas"]["ControlFaultInfo"][];
        };
        /**
         * ControlHar
         * @description A HAR 1.2 log.
         */
        ControlHar: {
            log: components["schemas"]["ControlHarLog"];
        };
        /**
         * ControlHarLog
         * @description The log.
         */
        ControlHarLog: {
            /**
             * @description Version of the format.
             * @constant
             */
            version: "1.2";
            creator: components["schemas"]["ControlHarLogCreator"];
            /** @description The requests and responses. */
            entries: {
                [key: string]: unknown;
            }[];
        };
        /**
         * ControlHarLogCreator
         * @description The emulator.
         */
        ControlHarLogCreator: {
            /** @description Its name. */
            name: string;
            /** @description Its version. */
            version: string;
        };
        /**
         * ControlHealth
         * @description Health of the server.
         */
        ControlHealth: {
            /**
             * @description Always `ok`.
             * @constant
             */
            status: "ok";
            /** @description Version of the emulator. */
            version: string;
        };
        /**
         * ControlMessage
         * @description Headers and body of a request or response.
         */
        ControlMessage: {
            /** @description Headers by name; credentials are masked. */
            headers: {
                [key: string]: string;
            };
            /** @description JSON if the body is JSON, otherwise text; null if it is empty. */
            body: unknown;
            /** @description Length of the whole body in bytes, if only its start was recorded. */
            truncated?: number;
        };
        /**
         * ControlNewRecord
         * @description A record to add. Any properties of the collection's records. A reference such as `customer_id`, or `customer` for short, is an id or an object with properties of a new record.
         */
        ControlNewRecord: {
            [key: string]: unknown;
        };
        /**
         * ControlNewRecordResponse
         * @description The added record.
         */
        ControlNewRecordResponse: {
            /** @description The complete record. */
            record: {
                [key: string]: unknown;
            };
            /** @description Other records that were created because the record refers to them. */
            created: components["schemas"]["ControlRecordKey"][];
        };
        /**
         * ControlNewRecords
         * @description Records to add. A list for each API and collection. Properties that are omitted get a default or a sample; `id` is an unused one.
         */
        ControlNewRecords: {
            [key: string]: {
                [key: string]: {
                    [key: string]: unknown;
                }[];
            };
        };
        /**
         * ControlNewRecordsResponse
         * @description The added records.
         */
        ControlNewRecordsResponse: {
            /** @description The complete records, in the form and order of the request. */
            records: {
                [key: string]: {
                    [key: string]: {
                        [key: string]: unknown;
                    }[];
                };
            };
            /** @description Other records that were created because these refer to them. */
            created: components["schemas"]["ControlRecordKey"][];
        };
        /**
         * ControlOutcome
         * @description What went wrong in a sandbox.
         */
        ControlOutcome: {
            /** @description Errors of the emulator itself. */
            errors: components["schemas"]["ControlErrorsResponse"];
            /** @description Faults that were never applied. */
            unused_faults: components["schemas"]["ControlFaultInfo"][];
            /** @description Whether the sandbox was deleted: nothing went wrong. */
            deleted: boolean;
        };
        /**
         * ControlProblem
         * @description Problem details of the emulator (RFC 9457).
         */
        ControlProblem: {
            /** @description Reference to a section of a page of the emulator that explains this kind of problem. */
            type: string;
            /** @description Kind of problem. */
            title: string;
            /** @description HTTP status code. */
            status: number;
            /** @description Explanation of this occurrence of the problem, in a sentence. */
            detail: string;
            /** @description JSON pointer to the first invalid part of the request. */
            pointer?: string;
            /** @description What was expected there. */
            message?: string;
            /** @description All violations, up to 20. */
            violations?: components["schemas"]["ControlProblemViolationsItem"][];
            /** @description Records that refer to the one to delete, up to 100. */
            referrers?: components["schemas"]["ControlRecordKey"][];
        };
        /** ControlProblemViolationsItem */
        ControlProblemViolationsItem: {
            /** @description JSON pointer to the invalid part. */
            pointer: string;
            /** @description What was expected there. */
            message: string;
        };
        /**
         * ControlRecord
         * @description A record. Its other properties are those of the schema `API/record-COLLECTION`.
         */
        ControlRecord: {
            /** @description Id of the record. */
            id: number;
        };
        /**
         * ControlRecordKey
         * @description The key of a record.
         */
        ControlRecordKey: {
            /** @description API and collection, such as `cratejoy.orders`. */
            collection: string;
            /** @description Identifier. */
            id: number;
        };
        /**
         * ControlRecordPatch
         * @description Properties of a record, or a merge patch. In a merge patch (RFC 7396), null removes a property.
         */
        ControlRecordPatch: {
            [key: string]: unknown;
        };
        /**
         * ControlRecordedRequest
         * @description A request in the journal.
         */
        ControlRecordedRequest: {
            /** @description Id of the request, as in the header `X-Mockorders-Request`. */
            id: string;
            /**
             * Format: date-time
             * @description When it was accepted, in UTC.
             */
            at: string;
            /** @description Name of the API. */
            api: string;
            /** @description Method that was sent. */
            method: string;
            /** @description Path that was sent. */
            path: string;
            /** @description Query parameters by name; those that were repeated as a list. */
            query: {
                [key: string]: string | string[];
            };
            /** @description Customer that the request is for; null if the API has none, or if the credential was not accepted. */
            customer: components["schemas"]["ControlCustomerInfo"] | null;
            /** @description The request. */
            request: components["schemas"]["ControlMessage"];
            /** @description HTTP status code; null if no response was sent, or not yet. */
            status: number | null;
            /** @description Whether the request still waits, for its body or because of a fault. */
            in_progress: boolean;
            /** @description Whether the API rejected the request. */
            rejected: boolean;
            /** @description Name of the rule that rejected the request, or null. */
            rule: string | null;
            /** @description The response; null if none was sent, or not yet. */
            response: components["schemas"]["ControlMessage"] | null;
            /** @description Time to the response, in milliseconds. */
            duration_ms: number;
            /** @description The fault that was applied; null if there was none. */
            fault: components["schemas"]["ControlAppliedFault"] | null;
            /** @description Violations of the response's schema. */
            violations: components["schemas"]["ControlViolation"][];
            /** @description Notes about the response. */
            notes: string[];
            /** @description Names of the applied rules. */
            rules: string[];
            /** @description Name of the server that recorded it, if several servers share the journal. */
            replica?: string;
        };
        /**
         * ControlRecordsResponse
         * @description The records of a collection.
         */
        ControlRecordsResponse: {
            /** @description Number of records. */
            count: number;
            /** @description The records, ascending by id. */
            records: components["schemas"]["ControlRecord"][];
        };
        /**
         * ControlRequestsResponse
         * @description Requests in the journal.
         */
        ControlRequestsResponse: {
            /** @description Number of listed requests. */
            count: number;
            /** @description Number of requests that the journal no longer has. */
            evicted: number;
            /** @description The requests, oldest first. */
            requests: components["schemas"]["ControlRecordedRequest"][];
        };
        /**
         * ControlRule
         * @description A rule of the emulator.
         */
        ControlRule: {
            /** @description Name of the rule. */
            name: string;
            /** @description What the emulator does. */
            statement: string;
            evidence: components["schemas"]["ControlRuleEvidence"];
            /** @description Source of the evidence. */
            source: string;
            /** @description Sentence of the documentation; empty if it has none. */
            sentence: string;
        };
        /**
         * ControlRuleEvidence
         * @description How the behavior is known.
         * @enum {string}
         */
        ControlRuleEvidence: "documented" | "observed" | "assumed";
        /**
         * ControlRulesResponse
         * @description All rules.
         */
        ControlRulesResponse: {
            /** @description The rules. */
            rules: components["schemas"]["ControlRule"][];
        };
        /**
         * ControlSandbox
         * @description Settings of a new or recreated sandbox.
         */
        ControlSandbox: {
            /** @description Initial data: the name of a fixture set, or a fixture document. */
            fixtures?: string | {
                [key: string]: unknown;
            };
            profile?: components["schemas"]["ControlSandboxProfile"];
            /** @description Time at which the sandbox's clock is frozen, ISO 8601. */
            clock?: string;
        };
        /**
         * ControlSandboxInfo
         * @description The settings of a sandbox.
         */
        ControlSandboxInfo: {
            /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
            name: string;
            /** @description Name of the fixture set. */
            fixtures: string;
            /** @description Whether the fixtures were reloaded after the records were modified. */
            stale: boolean;
            profile: components["schemas"]["ControlSandboxInfoProfile"];
            /** @description Customer who is logged in if the request does not select one; null for no customer. */
            current_customer: number | null;
            /** @description Clock of the sandbox. */
            clock: components["schemas"]["ControlClockInfo"];
            memory: components["schemas"]["ControlSandboxInfoMemory"];
            /** @description Whether the list of `--credentials` has the name; missing without that option. */
            accepted?: boolean;
        };
        /**
         * ControlSandboxInfoMemory
         * @description Memory that only this sandbox holds, in bytes.
         */
        ControlSandboxInfoMemory: {
            /** @description Bytes in use. */
            used: number;
            /** @description Limit in bytes. */
            limit: number;
        };
        /**
         * ControlSandboxInfoProfile
         * @description Format of Cratejoy's responses.
         * @enum {string}
         */
        ControlSandboxInfoProfile: "documented" | "observed";
        /**
         * ControlSandboxPatch
         * @description Changes to a sandbox, as a JSON merge patch.
         */
        ControlSandboxPatch: {
            /** @description Customer who is logged in if the request does not select one; null for no customer. */
            current_customer?: number | null;
        };
        /**
         * ControlSandboxProfile
         * @description Format of Cratejoy's responses: as documented or as observed.
         * @enum {string}
         */
        ControlSandboxProfile: "documented" | "observed";
        /**
         * ControlSandboxSummary
         * @description A sandbox in a list.
         */
        ControlSandboxSummary: {
            /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
            name: string;
            /** @description Name of the fixture set. */
            fixtures: string;
            /** @description Whether the fixtures were reloaded after the records were modified. */
            stale: boolean;
            profile: components["schemas"]["ControlSandboxSummaryProfile"];
            /** @description Customer who is logged in if the request does not select one; null for no customer. */
            current_customer: number | null;
            /** @description Clock of the sandbox. */
            clock: components["schemas"]["ControlClockInfo"];
        };
        /**
         * ControlSandboxSummaryProfile
         * @description Format of Cratejoy's responses.
         * @enum {string}
         */
        ControlSandboxSummaryProfile: "documented" | "observed";
        /**
         * ControlSandboxesResponse
         * @description All sandboxes.
         */
        ControlSandboxesResponse: {
            /** @description Number of sandboxes. */
            count: number;
            /** @description The sandboxes. */
            sandboxes: components["schemas"]["ControlSandboxSummary"][];
        };
        /**
         * ControlSchemasResponse
         * @description Names of the schemas.
         */
        ControlSchemasResponse: {
            /** @description Names such as `cratejoy/order`. */
            schemas: string[];
        };
        /**
         * ControlSnapshotsResponse
         * @description The snapshots of a sandbox.
         */
        ControlSnapshotsResponse: {
            /** @description Name of the saved snapshot. */
            name: string;
            /** @description Names of all snapshots, sorted. */
            snapshots: string[];
        };
        /**
         * ControlViolation
         * @description A violation of a schema by a response.
         */
        ControlViolation: {
            /** @description Name of the schema. */
            schema: string;
            /** @description JSON pointer into the response. */
            pointer: string;
            /** @description What was expected. */
            message: string;
        };
        /**
         * CratejoyGiftInfo
         * @description Recipient and message of a gift order.
         */
        CratejoyGiftInfo: {
            /** @description Message from the giver. */
            gift_message: string;
            /** @description Name of the recipient. */
            gift_recipient_name: string;
            /** @description Email address of the recipient. */
            gift_recipient_email: string;
        };
        /**
         * CratejoyOrderProperties
         * @description Properties of an order, without its relations.
         */
        CratejoyOrderProperties: {
            /**
             * Format: int64
             * @description Amount refunded to a gift card. In cents.
             * @default 0
             */
            card_refunded_amount: number;
            /**
             * Format: int64
             * @description Store credit applied to the order. In cents.
             * @default 0
             */
            credit_applied: number;
            /**
             * Format: int64
             * @description Identifier of the customer who placed the order.
             */
            customer_id: number;
            financial_status: components["schemas"]["CratejoyOrderPropertiesFinancialStatus"];
            fulfillment_status: components["schemas"]["CratejoyOrderPropertiesFulfillmentStatus"];
            /**
             * Format: int64
             * @description Amount paid by gift card. In cents.
             * @default 0
             */
            gift_card_discount: number;
            /**
             * @description Message from the giver.
             * @default
             */
            gift_message: string | null;
            /**
             * @description Whether the giver is notified of renewals.
             * @default false
             */
            gift_renewal_notif: boolean;
            /**
             * Format: int64
             * @description Shipping before discounts. In cents.
             * @default 0
             */
            gross_shipping: number;
            /**
             * Format: int64
             * @description Identifier of the order.
             */
            id: number;
            /**
             * @description Whether the order is a gift.
             * @default false
             */
            is_gift: boolean;
            /**
             * @description Recipient and message of the gift; null if the order is not a gift.
             * @default null
             */
            order_gift_info: components["schemas"]["CratejoyGiftInfo"] | null;
            /**
             * @description Whether the order was created by the renewal of a subscription.
             * @default false
             */
            is_renewal: boolean;
            /**
             * @description Whether it is a test order.
             * @default true
             */
            is_test: boolean;
            /**
             * @description Note on the order.
             * @default null
             */
            note: string | null;
            /**
             * Format: date-time
             * @description When the order was placed. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             */
            placed_at: string;
            /**
             * Format: int64
             * @description Prorated charge. In cents, or null.
             * @default null
             */
            prorated_charge: number | null;
            /**
             * Format: int64
             * @description Refund applied to the order. In cents, or null.
             * @default null
             */
            refund_applied: number | null;
            /**
             * Format: int64
             * @description Total amount refunded. In cents.
             * @default 0
             */
            refunded_amount: number;
            status: components["schemas"]["CratejoyOrderPropertiesStatus"];
            /**
             * Format: int64
             * @description Identifier of the store.
             * @default 644263166
             */
            store_id: number;
            /**
             * Format: int64
             * @description Sum of the prices of all lines. In cents.
             * @default 0
             */
            sub_total: number;
            /**
             * Format: int64
             * @description Amount to pay. In cents.
             * @default 0
             */
            total: number;
            /**
             * Format: int64
             * @description App fees. In cents, or null.
             * @default null
             */
            total_app_fees: number | null;
            /**
             * Format: int64
             * @description Cost of shipping labels. In cents, or null.
             * @default null
             */
            total_label_cost: number | null;
            /**
             * Format: int64
             * @description Fees not charged yet. In cents, or null.
             * @default null
             */
            total_pending_fees: number | null;
            /**
             * Format: int64
             * @description Amount to pay. In cents.
             * @default 0
             */
            total_price: number;
            /**
             * Format: int64
             * @description Shipping. In cents.
             * @default 0
             */
            total_shipping: number;
            /**
             * Format: int64
             * @description Tax. In cents.
             * @default 0
             */
            total_tax: number;
            /**
             * Format: int64
             * @description Payment transaction fee. In cents.
             * @default 0
             */
            transaction_fee: number;
            /**
             * @description Status of the transaction fee: 1 paid, 2 pending renewal, 3 unpaid, or null.
             * @default null
             */
            transaction_fee_status: components["schemas"]["CratejoyOrderPropertiesTransactionFeeStatus"] | null;
        };
        /**
         * CratejoyOrderPropertiesFinancialStatus
         * @description Payment status.
         * @default paid
         * @enum {string}
         */
        CratejoyOrderPropertiesFinancialStatus: "unpaid" | "paid" | "partially_refunded" | "refunded";
        /**
         * CratejoyOrderPropertiesFulfillmentStatus
         * @description Fulfillment status.
         * @default unfulfilled
         * @enum {string}
         */
        CratejoyOrderPropertiesFulfillmentStatus: "unfulfilled" | "partial" | "fulfilled";
        /**
         * CratejoyOrderPropertiesStatus
         * @description Order status.
         * @default open
         * @enum {string}
         */
        CratejoyOrderPropertiesStatus: "open" | "closed";
        /**
         * CratejoyOrderPropertiesTransactionFeeStatus
         * @enum {integer}
         */
        CratejoyOrderPropertiesTransactionFeeStatus: 1 | 2 | 3;
        /**
         * CratejoyRecordAddresses
         * @description A stored address.
         */
        CratejoyRecordAddresses: {
            /**
             * @description City.
             * @default
             */
            city: string;
            /**
             * @description Company.
             * @default
             */
            company: string;
            /**
             * @description ISO 3166 country code.
             * @default US
             */
            country: string;
            /**
             * @description File name of the flag icon.
             * @default
             */
            icon: string;
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * @description Phone number.
             * @default
             */
            phone_number: string;
            /**
             * @description State.
             * @default
             */
            state: string;
            status: components["schemas"]["CratejoyRecordAddressesStatus"];
            /**
             * @description Result message of the verification, or null.
             * @default null
             */
            status_message: string | null;
            /**
             * @description Street and number.
             * @default
             */
            street: string;
            /**
             * @description Name of the recipient.
             * @default
             */
            to: string;
            /**
             * @description Apartment or suite.
             * @default
             */
            unit: string;
            /**
             * @description Postal code.
             * @default
             */
            zip_code: string;
            /**
             * Format: int64
             * @description Identifier of the customer.
             */
            customer_id: number;
            /**
             * @description Whether this is the default shipping address.
             * @default false
             */
            primary: boolean;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * CratejoyRecordAddressesStatus
         * @description 1 if the address was verified, otherwise 0.
         * @default 1
         * @enum {integer}
         */
        CratejoyRecordAddressesStatus: 0 | 1;
        /**
         * CratejoyRecordCoupons
         * @description A stored coupon.
         */
        CratejoyRecordCoupons: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /** @description Code that customers enter. */
            code: string;
            /**
             * @description Name.
             * @default
             */
            name: string;
            /**
             * Format: int64
             * @description Discount on the order. In cents.
             * @default 0
             */
            amount: number;
            /**
             * @description Discount on the remaining amount, in percent.
             * @default 0
             */
            percent: number;
            /**
             * @description Whether the coupon can be used.
             * @default true
             */
            enabled: boolean;
            /**
             * Format: int64
             * @description Number of renewals that the coupon applies to, or null.
             * @default null
             */
            num_renewals: number | null;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * CratejoyRecordCustomers
         * @description A stored customer.
         */
        CratejoyRecordCustomers: {
            /**
             * @description ISO 3166 country code.
             * @default US
             */
            country: string;
            /** @description Email address. */
            email: string;
            /**
             * @description First name.
             * @default
             */
            first_name: string;
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * @description Last name.
             * @default
             */
            last_name: string;
            /**
             * @description State and country, such as `TX, US`.
             * @default
             */
            location: string;
            /**
             * @description Full name.
             * @default
             */
            name: string;
            /**
             * @description Note on the customer, or null.
             * @default null
             */
            note: string | null;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * CratejoyRecordFulfillments
         * @description A stored fulfillment.
         */
        CratejoyRecordFulfillments: {
            /**
             * Format: date-time
             * @description Adjusted shipping date. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             * @default null
             */
            adjusted_fulfillment_date: string | null;
            /**
             * Format: int64
             * @description Number of the shipment within the term, from 0; -1 for orders created by an administrator, null for one-time products.
             * @default null
             */
            cycle_number: number | null;
            /**
             * Format: date-time
             * @description Planned shipping date. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             * @default null
             */
            fulfillment_date: string | null;
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * @description Whether this is a test record.
             * @default true
             */
            is_test: boolean;
            /**
             * Format: int64
             * @description Identifier of the shipment; null until it is created.
             * @default null
             */
            shipment_id: number | null;
            /**
             * Format: int64
             * @description Shipping. In cents.
             * @default 0
             */
            shipping: number;
            status: components["schemas"]["CratejoyRecordFulfillmentsStatus"];
            /**
             * Format: int64
             * @description Identifier of the subscription, or null.
             * @default null
             */
            subscription_id: number | null;
            /**
             * Format: int64
             * @description Tax. In cents.
             * @default 0
             */
            tax: number;
            /**
             * Format: int64
             * @description Number of shipments in the term, or null.
             * @default null
             */
            total_cycles: number | null;
            /**
             * Format: int64
             * @description Identifier of the order.
             */
            order_id: number;
            /**
             * Format: int64
             * @description Product instance that is shipped, or null.
             * @default null
             */
            instance_id: number | null;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * CratejoyRecordFulfillmentsStatus
         * @description Status of the fulfillment.
         * @default open
         * @enum {string}
         */
        CratejoyRecordFulfillmentsStatus: "open" | "closed" | "cancelled";
        /**
         * CratejoyRecordInventory
         * @description A stored stock of a product instance.
         */
        CratejoyRecordInventory: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * @description How sure the number is, from 1 to 10.
             * @default 10
             */
            confidence: number;
            /**
             * Format: int64
             * @description The product.
             */
            product_id: number;
            /**
             * Format: int64
             * @description The product instance.
             */
            product_instance_id: number;
            /**
             * Format: int64
             * @description Number of pieces in stock.
             * @default 0
             */
            quantity_on_hand: number;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * CratejoyRecordMetadata
         * @description Stored metadata of a customer, subscription, order, product or shipment.
         */
        CratejoyRecordMetadata: {
            /**
             * Format: date-time
             * @description When it was created. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             */
            created_at: string;
            /**
             * @description The data.
             * @default {}
             */
            data: {
                [key: string]: unknown;
            };
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * Format: int64
             * @description Identifier of the store.
             * @default 644263166
             */
            store_id: number;
            /**
             * Format: date-time
             * @description When it was changed. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             */
            updated_at: string;
            /**
             * Format: int64
             * @description The customer, or null.
             * @default null
             */
            customer_id: number | null;
            /**
             * Format: int64
             * @description The subscription, or null.
             * @default null
             */
            subscription_id: number | null;
            /**
             * Format: int64
             * @description The order, or null.
             * @default null
             */
            order_id: number | null;
            /**
             * Format: int64
             * @description The product, or null.
             * @default null
             */
            product_id: number | null;
            /**
             * Format: int64
             * @description The shipment, or null.
             * @default null
             */
            shipment_id: number | null;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * CratejoyRecordOrders
         * @description A stored order.
         */
        CratejoyRecordOrders: {
            customer_id?: unknown;
            placed_at?: unknown;
            /**
             * @description Lines of the order.
             * @default []
             */
            products: components["schemas"]["CratejoyRecordOrdersProductsItem"][];
            /**
             * @description Coupons applied to the order.
             * @default []
             */
            coupons: components["schemas"]["CratejoyRecordOrdersCouponsItem"][];
            /**
             * Format: int64
             * @description Billing address, or null.
             * @default null
             */
            bill_address_id: number | null;
            /**
             * Format: int64
             * @description Shipping address, or null.
             * @default null
             */
            ship_address_id: number | null;
            /**
             * Format: int64
             * @description Payment method used, or null.
             * @default null
             */
            cust_pay_id: number | null;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        } & components["schemas"]["CratejoyOrderProperties"];
        /** CratejoyRecordOrdersCouponsItem */
        CratejoyRecordOrdersCouponsItem: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * Format: int64
             * @description Identifier of the coupon.
             */
            coupon_id: number;
            /** @description Code that the customer entered. */
            code_used: string;
        };
        /** CratejoyRecordOrdersProductsItem */
        CratejoyRecordOrdersProductsItem: {
            /**
             * Format: int64
             * @description Discount on the line. In cents.
             * @default 0
             */
            discount: number;
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * Format: int64
             * @description Product instance that was bought.
             */
            instance_id: number;
            /**
             * Format: int64
             * @description Price of the line: unit price times quantity. In cents.
             */
            price: number;
            /**
             * @description Quantity.
             * @default 1
             */
            quantity: number;
            /**
             * @description Weight in pounds, or null.
             * @default null
             */
            ship_weight: number | null;
            /**
             * Format: int64
             * @description Shipping for the line. In cents.
             * @default 0
             */
            shipping: number;
            /**
             * Format: int64
             * @description Subscription that the line started or renewed, or null.
             * @default null
             */
            subscription_id: number | null;
            /**
             * Format: int64
             * @description Tax on the line. In cents.
             * @default 0
             */
            tax: number;
        };
        /**
         * CratejoyRecordPaymentMethods
         * @description A stored payment method.
         */
        CratejoyRecordPaymentMethods: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * Format: int64
             * @description Identifier of the customer.
             */
            customer_id: number;
            /**
             * @description Whether this is the default payment method.
             * @default false
             */
            default: boolean;
            /**
             * Format: int64
             * @description Billing address, or null.
             * @default null
             */
            bill_address_id: number | null;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * CratejoyRecordProductBillings
         * @description A stored billing rule of a product.
         */
        CratejoyRecordProductBillings: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * @description Name, such as `Monthly`.
             * @default Monthly
             */
            name: string;
            /**
             * @description Day of the month, or of the week if it renews by weeks; null for the day of the first order.
             * @default null
             */
            rebill_day: number | null;
            /**
             * @description Months between renewals; 0 if it renews by weeks.
             * @default 1
             */
            rebill_months: number;
            /**
             * @description Weeks between renewals, or null.
             * @default null
             */
            rebill_weeks: number | null;
            /**
             * @description Days before the renewal day in which new orders wait for the next one, or null.
             * @default null
             */
            rebill_window: number | null;
            /**
             * Format: int64
             * @description Identifier of the store.
             * @default 644263166
             */
            store_id: number;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * CratejoyRecordProductInstances
         * @description A stored variant of a product.
         */
        CratejoyRecordProductInstances: {
            /**
             * @description Whether it is no longer for sale.
             * @default false
             */
            deleted: boolean;
            /**
             * @description Whether it is sold as a gift.
             * @default false
             */
            gift: boolean;
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * @description Images.
             * @default []
             */
            images: {
                [key: string]: (string | null) | number | boolean;
            }[];
            /**
             * Format: int64
             * @description Number in stock, or null.
             * @default null
             */
            inventory: number | null;
            /**
             * Format: int64
             * @description Unit price. In cents.
             */
            price: number;
            /**
             * Format: int64
             * @description Identifier of the product of this variant.
             */
            product_id: number;
            /**
             * @description Weight in pounds, or null.
             * @default null
             */
            ship_weight: number | null;
            /**
             * @description Stock keeping unit.
             * @default null
             */
            sku: string | null;
            /**
             * @description Price for each term.
             * @default []
             */
            term_prices: components["schemas"]["CratejoyRecordProductInstancesTermPricesItem"][];
            /**
             * @description Choices that distinguish the instance from others of its product.
             * @default []
             */
            variants: components["schemas"]["CratejoyRecordProductInstancesVariantsItem"][];
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /** CratejoyRecordProductInstancesTermPricesItem */
        CratejoyRecordProductInstancesTermPricesItem: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * Format: int64
             * @description Price of the term. In cents.
             */
            price: number;
            /**
             * Format: int64
             * @description Identifier of the term.
             */
            term_id: number;
        };
        /** CratejoyRecordProductInstancesVariantsItem */
        CratejoyRecordProductInstancesVariantsItem: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id?: number;
            variant_type: components["schemas"]["CratejoyRecordProductInstancesVariantsItemVariantType"];
            variant_value: components["schemas"]["CratejoyRecordProductInstancesVariantsItemVariantValue"];
        } & {
            [key: string]: (string | null) | number | boolean;
        };
        /**
         * CratejoyRecordProductInstancesVariantsItemVariantType
         * @description What is chosen.
         */
        CratejoyRecordProductInstancesVariantsItemVariantType: {
            /** @description Name, such as `Size`. */
            name: string;
        } & {
            [key: string]: (string | null) | number | boolean;
        };
        /**
         * CratejoyRecordProductInstancesVariantsItemVariantValue
         * @description The choice.
         */
        CratejoyRecordProductInstancesVariantsItemVariantValue: {
            /** @description Value, such as `Large`. */
            value: string;
        } & {
            [key: string]: (string | null) | number | boolean;
        };
        /**
         * CratejoyRecordProductSurveyResults
         * @description Stored answers to the survey of a product.
         */
        CratejoyRecordProductSurveyResults: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * Format: int64
             * @description Subscription that was asked.
             */
            subscription_id: number;
            /**
             * @description Answers.
             * @default []
             */
            answers: components["schemas"]["CratejoyRecordProductSurveyResultsAnswersItem"][];
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /** CratejoyRecordProductSurveyResultsAnswersItem */
        CratejoyRecordProductSurveyResultsAnswersItem: {
            /** @description Answer; several are joined by `|`. */
            value: string;
            field: components["schemas"]["CratejoyRecordProductSurveyResultsAnswersItemField"];
        };
        /**
         * CratejoyRecordProductSurveyResultsAnswersItemField
         * @description The question.
         */
        CratejoyRecordProductSurveyResultsAnswersItemField: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /** @description Text of the question. */
            name: string;
            /** @description Type: 0 checkboxes, 1 text, 2 paragraph, 3 multiple choice, 4 checkboxes in one value, 5 date. */
            type: number;
            /** @description Possible answers. */
            options: components["schemas"]["CratejoyRecordProductSurveyResultsAnswersItemFieldOptionsItem"][];
        };
        /** CratejoyRecordProductSurveyResultsAnswersItemFieldOptionsItem */
        CratejoyRecordProductSurveyResultsAnswersItemFieldOptionsItem: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /** @description Name in forms. */
            slug: string;
            /** @description Answer. */
            value: string;
        };
        /**
         * CratejoyRecordProducts
         * @description A stored product.
         */
        CratejoyRecordProducts: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /** @description Name. */
            name: string;
            /**
             * @description Whether it is no longer for sale.
             * @default false
             */
            deleted: boolean;
            /**
             * @description Whether it can be bought without a subscription.
             * @default false
             */
            single_purchasable: boolean;
            product_type: components["schemas"]["CratejoyRecordProductsProductType"];
            /**
             * @description Terms that the product is sold for; only for subscription products.
             * @default []
             */
            term_ids: number[];
            /**
             * Format: int64
             * @description How often subscriptions of the product renew, or null.
             * @default null
             */
            product_billing_id: number | null;
            /**
             * @description Description.
             * @default
             */
            description: string;
            /**
             * Format: int64
             * @description Shipping price, if it is flat. In cents.
             * @default 0
             */
            flat_ship_price: number;
            /**
             * Format: int64
             * @description Shipping price of gifts. In cents.
             * @default 0
             */
            gift_shipping: number;
            /**
             * @description Whether it can be given as a gift.
             * @default true
             */
            giftable: boolean;
            /**
             * @description Images.
             * @default []
             */
            images: {
                [key: string]: unknown;
            }[];
            /**
             * @description Whether the store lists it.
             * @default true
             */
            listed: boolean;
            /**
             * @description Whether customers can review it.
             * @default true
             */
            reviewable: boolean;
            ship_option: components["schemas"]["CratejoyRecordProductsShipOption"];
            /**
             * @description Weight in pounds, or null.
             * @default null
             */
            ship_weight: number | null;
            /**
             * @description Stock keeping unit, or null.
             * @default null
             */
            sku: string | null;
            /**
             * @description Whether customers see it.
             * @default true
             */
            visible: boolean;
            /**
             * Format: int64
             * @description Identifier of the store.
             * @default 644263166
             */
            store_id: number;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * CratejoyRecordProductsProductType
         * @description Type of the product: 0 subscription, 1 one-time, 2 gift card.
         * @default 1
         * @enum {integer}
         */
        CratejoyRecordProductsProductType: 0 | 1 | 2;
        /**
         * CratejoyRecordProductsShipOption
         * @description How shipping is charged.
         * @default pricedin
         * @enum {string}
         */
        CratejoyRecordProductsShipOption: "flat" | "calculate" | "pricedin";
        /**
         * CratejoyRecordSettings
         * @description How the store changes the statuses of orders.
         */
        CratejoyRecordSettings: {
            /**
             * Format: int64
             * @description Always 1.
             */
            id: number;
            closed: components["schemas"]["CratejoyRecordSettingsClosed"];
            fulfilled: components["schemas"]["CratejoyRecordSettingsFulfilled"];
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * CratejoyRecordSettingsClosed
         * @description When an order is closed: `paid` if it is paid and its shipments exist, `shipped` if all of them are shipped or cancelled as well.
         * @default paid
         * @enum {string}
         */
        CratejoyRecordSettingsClosed: "paid" | "shipped";
        /**
         * CratejoyRecordSettingsFulfilled
         * @description When an order is fulfilled: `created` if its shipments exist, `shipped` if one of them is shipped.
         * @default created
         * @enum {string}
         */
        CratejoyRecordSettingsFulfilled: "created" | "shipped";
        /**
         * CratejoyRecordShipmentBatches
         * @description A stored batch of shipments.
         */
        CratejoyRecordShipmentBatches: {
            /**
             * Format: date-time
             * @description Cutoff, after which the batch is final. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             */
            end: string;
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * Format: int64
             * @description Billing rule of the batch.
             */
            product_billing_id: number;
            /**
             * Format: date-time
             * @description Start of the batch. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             */
            start: string;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * CratejoyRecordShipments
         * @description A stored shipment.
         */
        CratejoyRecordShipments: {
            /**
             * Format: date-time
             * @description Day on which it is to be shipped. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             */
            adjusted_ordered_at: string;
            /**
             * Format: date-time
             * @description When it was created. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             */
            created_at: string;
            /**
             * Format: int64
             * @description Identifier of the customer.
             */
            customer_id: number;
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * @description Whether it has one-time products only.
             * @default false
             */
            is_ecom: boolean;
            /**
             * @description Whether it is a gift.
             * @default false
             */
            is_gift: boolean;
            /**
             * @description Whether this is a test record.
             * @default true
             */
            is_test: boolean;
            /**
             * Format: date-time
             * @description When it was shipped; null before. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             * @default null
             */
            shipped_at: string | null;
            status: components["schemas"]["CratejoyRecordShipmentsStatus"];
            /**
             * @description Tracking number, or null.
             * @default null
             */
            tracking_number: string | null;
            /**
             * @description Carrier, as sent with the tracking number, or null.
             * @default null
             */
            carrier_name: string | null;
            /**
             * @description Link to follow the shipment, as sent with the tracking number, or null.
             * @default null
             */
            tracking_link: string | null;
            /**
             * Format: int64
             * @description Shipping address, or null.
             * @default null
             */
            ship_address_id: number | null;
            /**
             * Format: int64
             * @description Batch of the shipment, or null.
             * @default null
             */
            batch_id: number | null;
            /**
             * @description Shipping labels.
             * @default []
             */
            labels: components["schemas"]["CratejoyRecordShipmentsLabelsItem"][];
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /** CratejoyRecordShipmentsLabelsItem */
        CratejoyRecordShipmentsLabelsItem: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /** @description Carrier. */
            carrier: string;
            /**
             * Format: int64
             * @description Cost of the label. In cents.
             * @default 0
             */
            cost: number;
            /**
             * Format: date-time
             * @description When it was created. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             */
            created_at: string;
            /**
             * @description Media type of the file.
             * @default image/png
             */
            filetype: string;
            financial_status: components["schemas"]["CratejoyRecordShipmentsLabelsItemFinancialStatus"];
            /**
             * @description Whether this is a test record.
             * @default true
             */
            is_test: boolean;
            /**
             * @description Whether it was voided.
             * @default false
             */
            is_void: boolean;
            /**
             * @description Street of the address.
             * @default
             */
            street: string;
            /**
             * @description Tracking number.
             * @default
             */
            tracking: string;
            /**
             * @description URL of the file.
             * @default
             */
            url: string;
        };
        /**
         * CratejoyRecordShipmentsLabelsItemFinancialStatus
         * @description 1 if it is paid, 2 if not.
         * @default 1
         * @enum {integer}
         */
        CratejoyRecordShipmentsLabelsItemFinancialStatus: 1 | 2;
        /**
         * CratejoyRecordShipmentsStatus
         * @description Status of the shipment.
         * @default unshipped
         * @enum {string}
         */
        CratejoyRecordShipmentsStatus: "unshipped" | "shipped" | "cancelled";
        /**
         * CratejoyRecordSubscriptionCoupons
         * @description A stored coupon of a subscription.
         */
        CratejoyRecordSubscriptionCoupons: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * Format: int64
             * @description Subscription that has it.
             */
            subscription_id: number;
            /**
             * Format: int64
             * @description Coupon.
             */
            coupon_id: number;
            /**
             * @description Whether it applies to the next renewal.
             * @default true
             */
            enabled: boolean;
            /**
             * Format: int64
             * @description Number of renewals that it still applies to; null for all.
             * @default null
             */
            num_renewals: number | null;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * CratejoyRecordSubscriptions
         * @description A stored subscription.
         */
        CratejoyRecordSubscriptions: {
            /**
             * @description Whether the subscription renews automatically.
             * @default true
             */
            autorenew: boolean;
            /**
             * Format: int64
             * @description Remaining credit. In cents, or null.
             * @default null
             */
            credit: number | null;
            /**
             * Format: date-time
             * @description End of the paid term and day of the next renewal. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             * @default null
             */
            end_date: string | null;
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * @description Whether this is a test record.
             * @default true
             */
            is_test: boolean;
            /**
             * @description Note.
             * @default
             */
            note: string | null;
            /**
             * Format: int64
             * @description Identifier of the billing rule, or null.
             * @default null
             */
            product_billing_id: number | null;
            /**
             * Format: date-time
             * @description Date that was skipped. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             * @default null
             */
            skipped_date: string | null;
            /**
             * Format: date-time
             * @description Start of the subscription. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             */
            start_date: string;
            status: components["schemas"]["CratejoyRecordSubscriptionsStatus"];
            /**
             * Format: int64
             * @description Identifier of the store.
             * @default 644263166
             */
            store_id: number;
            /**
             * Format: int64
             * @description Identifier of the customer.
             */
            customer_id: number;
            /**
             * Format: int64
             * @description Product instance that is shipped.
             */
            product_instance_id: number;
            /**
             * Format: int64
             * @description Identifier of the term, or null.
             * @default null
             */
            term_id: number | null;
            /**
             * Format: int64
             * @description Shipping address, or null.
             * @default null
             */
            address_id: number | null;
            /**
             * @description Recipient and message of a gift; null if it is none.
             * @default null
             */
            gift_info: components["schemas"]["CratejoyRecordSubscriptionsGiftInfo"] | null;
            /**
             * @description Number of the reason why it was cancelled, or null.
             * @default null
             */
            cancel_reason: number | null;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /** CratejoyRecordSubscriptionsGiftInfo */
        CratejoyRecordSubscriptionsGiftInfo: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /** @description Message from the giver. */
            gift_message: string;
            /** @description Name of the recipient. */
            gift_recipient_name: string;
            /** @description Email address of the recipient. */
            gift_recipient_email: string;
        };
        /**
         * CratejoyRecordSubscriptionsStatus
         * @description Status of the subscription.
         * @default active
         * @enum {string}
         */
        CratejoyRecordSubscriptionsStatus: "unpaid" | "active" | "cancelled" | "suspended" | "expired" | "pastdue" | "pending_renewal" | "renewing";
        /**
         * CratejoyRecordTerms
         * @description A stored term of a subscription.
         */
        CratejoyRecordTerms: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /** @description Name, such as `Month to Month`. */
            name: string;
            /**
             * @description Human-readable description.
             * @default
             */
            description: string;
            /**
             * @description Whether the term can be chosen.
             * @default true
             */
            enabled: boolean;
            /** @description Number of shipments paid in advance. */
            num_cycles: number;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * CratejoyRecordTransactions
         * @description A stored payment or refund.
         */
        CratejoyRecordTransactions: {
            /**
             * Format: date-time
             * @description Time of the transaction. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             */
            created_at: string;
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * @description Whether this is a test record.
             * @default true
             */
            is_test: boolean;
            result: components["schemas"]["CratejoyRecordTransactionsResult"];
            /**
             * Format: int64
             * @description Amount. In cents.
             */
            total: number;
            /**
             * Format: int64
             * @description Identifier of the order.
             */
            order_id: number;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * CratejoyRecordTransactionsResult
         * @description Result of the transaction.
         * @default captured
         * @enum {string}
         */
        CratejoyRecordTransactionsResult: "authorized" | "captured" | "failed" | "refunded" | "failed refund";
        /**
         * FixtureSet
         * @description A fixture set.
         */
        FixtureSet: {
            /** @description Schema for editors; ignored by the emulator. */
            $schema?: string;
            /** @description Purpose of the set. */
            description?: string;
            /** @description Name of the set that this one extends. */
            extends?: string;
            /** @description Universe customer who is logged in if the request does not name one; null for no customer. */
            current_customer?: number | null;
            /** @description Format of Cratejoy's responses: as documented or as observed; null uses the command-line setting. */
            profile?: components["schemas"]["FixtureSetProfile"] | null;
            /** @description Time at which a sandbox's clock is frozen, ISO 8601; null for a running clock. */
            clock?: string | null;
            generate?: components["schemas"]["FixtureSetGenerate"];
        } & {
            [key: string]: {
                [key: string]: {
                    [key: string]: unknown;
                }[];
            };
        };
        /**
         * FixtureSetGenerate
         * @description Records to generate: a seed, and settings for each API.
         */
        FixtureSetGenerate: {
            /** @description Seed of the random number generators. */
            seed: number;
        } & {
            [key: string]: {
                [key: string]: unknown;
            };
        };
        /**
         * FixtureSetProfile
         * @enum {string}
         */
        FixtureSetProfile: "documented" | "observed";
        /**
         * Profile
         * @enum {string}
         */
        Profile: "documented" | "observed";
        /**
         * State
         * @description All records of a sandbox. A fixture document: `PUT` accepts it.
         */
        State: {
            /** @description Universe customer who is logged in if the request does not name one; null for no customer. */
            current_customer: number | null;
            /** @description Format of Cratejoy's responses: as documented or as observed; null uses the command-line setting. */
            profile: components["schemas"]["StateProfile"] | null;
            cratejoy: components["schemas"]["StateCratejoy"];
            universe: components["schemas"]["StateUniverse"];
        };
        /** StateCratejoy */
        StateCratejoy: {
            customers: components["schemas"]["CratejoyRecordCustomers"][];
            addresses: components["schemas"]["CratejoyRecordAddresses"][];
            payment_methods: components["schemas"]["CratejoyRecordPaymentMethods"][];
            products: components["schemas"]["CratejoyRecordProducts"][];
            product_instances: components["schemas"]["CratejoyRecordProductInstances"][];
            inventory: components["schemas"]["CratejoyRecordInventory"][];
            terms: components["schemas"]["CratejoyRecordTerms"][];
            coupons: components["schemas"]["CratejoyRecordCoupons"][];
            transactions: components["schemas"]["CratejoyRecordTransactions"][];
            product_billings: components["schemas"]["CratejoyRecordProductBillings"][];
            shipment_batches: components["schemas"]["CratejoyRecordShipmentBatches"][];
            shipments: components["schemas"]["CratejoyRecordShipments"][];
            fulfillments: components["schemas"]["CratejoyRecordFulfillments"][];
            subscriptions: components["schemas"]["CratejoyRecordSubscriptions"][];
            subscription_coupons: components["schemas"]["CratejoyRecordSubscriptionCoupons"][];
            orders: components["schemas"]["CratejoyRecordOrders"][];
            product_survey_results: components["schemas"]["CratejoyRecordProductSurveyResults"][];
            metadata: components["schemas"]["CratejoyRecordMetadata"][];
            settings: components["schemas"]["CratejoyRecordSettings"][];
        };
        /**
         * StateProfile
         * @enum {string}
         */
        StateProfile: "documented" | "observed";
        /** StateUniverse */
        StateUniverse: {
            customers: components["schemas"]["UniverseRecordCustomers"][];
            orders: components["schemas"]["UniverseRecordOrders"][];
            plans: components["schemas"]["UniverseRecordPlans"][];
            fanclubs: components["schemas"]["UniverseRecordFanclubs"][];
            item_types: components["schemas"]["UniverseRecordItemTypes"][];
        };
        /**
         * UniverseAddress
         * @description A postal address.
         */
        UniverseAddress: {
            /** @description First name of the recipient. */
            first_name: string;
            /** @description Last name of the recipient. */
            last_name: string;
            /** @description Street and number. */
            address: string;
            /** @description Second address line; empty, never null. */
            address_2: string;
            /** @description City. */
            city: string;
            /** @description State or region code. */
            state: string;
            /** @description Postal code. */
            postal_code: string;
            /** @description Two-letter ISO 3166 country code. */
            country: string;
        };
        /**
         * UniverseNoPackage
         * @description An empty object: nothing is shipped.
         */
        UniverseNoPackage: Record<string, never>;
        /**
         * UniversePackage
         * @description The package of a plan.
         */
        UniversePackage: {
            /** @description Name of the package. */
            name: string;
            /** @description Contents of the package. */
            description: string;
            shipping_and_handling: components["schemas"]["UniversePackageShippingAndHandling"];
            /** @description Items in the package. */
            items: {
                [key: string]: (string | null) | number | boolean;
            }[];
        };
        /**
         * UniversePackageShippingAndHandling
         * @description Shipping and handling prices.
         */
        UniversePackageShippingAndHandling: {
            /** @description Price within the fan club's country. Decimal string, in the currency of the fan club. */
            domestic: string;
            /** @description Price for all other countries. Decimal string, in the currency of the fan club. */
            international: string;
        };
        /**
         * UniversePlan
         * @description The plan of an order, without its price.
         */
        UniversePlan: {
            /**
             * Format: int64
             * @description Identifier of the plan.
             */
            id: number;
            /** @description Name of the plan. */
            name: string;
            /** @description Name of the plan as a slug, for style sheets. */
            class: string;
            /** @description HTML, or null. */
            description: string | null;
            /** @description HTML, or null. */
            online_benefits: string | null;
            /** @description HTML, or null. */
            annotations: string | null;
            /** @description Tags of the plan. */
            tags: string[];
            /**
             * Format: int64
             * @description Length of the membership, in months; null for unlimited.
             */
            duration: number | null;
            /** @description Price to display, such as `$50.00` or `Free`. */
            display_price: string;
            /** @description Price of an upgrade to this plan: a decimal string, or null. */
            upgrade_price: string | null;
            /** @description URL where the plan can be bought. */
            checkout: string;
            /** @description Whether this is the plan of the customer's active subscription. */
            current: boolean;
            /** @description Whether the customer can upgrade to this plan. */
            upgrade: boolean;
            /** @description Whether the customer can buy this plan. */
            available_to_customer: boolean;
            /** @description Package shipped with the plan; an empty object if nothing is shipped. */
            package: components["schemas"]["UniversePackage"] | components["schemas"]["UniverseNoPackage"];
        };
        /**
         * UniverseRecordCustomers
         * @description A stored customer.
         */
        UniverseRecordCustomers: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * @description First name.
             * @default
             */
            first_name: string;
            /**
             * @description Last name.
             * @default
             */
            last_name: string;
            /**
             * @description Email address.
             * @default
             */
            email: string;
            /**
             * @description Email address that waits for a confirmation, or null.
             * @default null
             */
            new_email: string | null;
            /**
             * Format: date
             * @description Date of birth, or null. `YYYY-MM-DD`.
             * @default null
             */
            birthdate: string | null;
            /**
             * @description User name, or null.
             * @default null
             */
            username: string | null;
            /**
             * @description Whether the membership has expired.
             * @default false
             */
            expired: boolean;
            /**
             * @description Whether the membership is a trial.
             * @default false
             */
            trial_membership: boolean;
            /**
             * @description Whether the membership can no longer be renewed.
             * @default false
             */
            at_renewal_cap: boolean;
            /**
             * @description Whether the membership renews by itself.
             * @default false
             */
            auto_renewal_enabled: boolean;
            /**
             * @description Whether the customer receives mailings.
             * @default false
             */
            lists_opt_in: boolean;
            /**
             * @description Further email addresses.
             * @default []
             */
            email_aliases: string[];
            /**
             * @description Why the email address is invalid, or null.
             * @default null
             */
            invalid_email_message: string | null;
            /**
             * @description Services that the customer logs in with.
             * @default []
             */
            authentications: components["schemas"]["UniverseRecordCustomersAuthenticationsItem"][];
            /**
             * @description Subscription, or null.
             * @default null
             */
            subscription: components["schemas"]["UniverseRecordCustomersSubscription"] | null;
            /**
             * @description Primary address that shipments are sent to, or null.
             * @default null
             */
            shipping_address: components["schemas"]["UniverseAddress"] | null;
            /**
             * @description Selected options of items, at most one for each type of item.
             * @default []
             */
            item_options: components["schemas"]["UniverseRecordCustomersItemOptionsItem"][];
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /** UniverseRecordCustomersAuthenticationsItem */
        UniverseRecordCustomersAuthenticationsItem: {
            /** @description Name of the service. */
            name: string;
        };
        /** UniverseRecordCustomersItemOptionsItem */
        UniverseRecordCustomersItemOptionsItem: {
            /**
             * Format: int64
             * @description Identifier of the type of item.
             */
            item_type_id: number;
            /**
             * Format: int64
             * @description Identifier of the selected option.
             */
            option_id: number;
        };
        /** UniverseRecordCustomersSubscription */
        UniverseRecordCustomersSubscription: {
            /**
             * Format: int64
             * @description Identifier of the plan.
             */
            plan_id: number;
            /**
             * Format: date-time
             * @description Start. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             */
            start_date: string;
            /**
             * Format: date-time
             * @description End, or null for unlimited. UTC, `YYYY-MM-DDThh:mm:ssZ`.
             * @default null
             */
            end_date: string | null;
            /**
             * @description Status of the subscription, as free text.
             * @default active
             */
            status: string;
            /**
             * @description Whether the subscription has ended.
             * @default false
             */
            lapsed: boolean;
        };
        /**
         * UniverseRecordFanclubs
         * @description A stored fan club.
         */
        UniverseRecordFanclubs: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * @description Name of the fan club.
             * @default Example Fan Club
             */
            name: string;
            links: components["schemas"]["UniverseRecordFanclubsLinks"];
            /**
             * @description Services with which customers can log in.
             * @default []
             */
            authentications: components["schemas"]["UniverseRecordFanclubsAuthenticationsItem"][];
            tracking: components["schemas"]["UniverseRecordFanclubsTracking"];
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /** UniverseRecordFanclubsAuthenticationsItem */
        UniverseRecordFanclubsAuthenticationsItem: {
            /** @description Name of the service. */
            name: string;
            /** @description Identifier of the fan club's app, or null. */
            app_id: string | null;
        };
        /**
         * UniverseRecordFanclubsLinks
         * @description Pages of the fan club.
         * @default {
         *       "login": null,
         *       "logout": null,
         *       "forum": "https://fanclub.example.com/forum",
         *       "ipboard": null,
         *       "password_reset": "https://fanclub.example.com/password_reset",
         *       "redeem": "https://fanclub.example.com/redeem",
         *       "saved_card": "https://fanclub.example.com/saved_card",
         *       "legals": {
         *         "privacy": "https://fanclub.example.com/privacy",
         *         "privacy-california": "https://fanclub.example.com/privacy-california",
         *         "terms": "https://fanclub.example.com/terms"
         *       }
         *     }
         */
        UniverseRecordFanclubsLinks: {
            /**
             * @description URL of the login page, or null for that of the emulator.
             * @default null
             */
            login: string | null;
            /**
             * @description URL that logs out, or null for that of the emulator.
             * @default null
             */
            logout: string | null;
            /**
             * @description URL of the forum, or null.
             * @default https://fanclub.example.com/forum
             */
            forum: string | null;
            /**
             * @description URL of the message board, or null.
             * @default null
             */
            ipboard: string | null;
            /**
             * @description URL where a password can be reset.
             * @default https://fanclub.example.com/password_reset
             */
            password_reset: string;
            /**
             * @description URL where a code can be redeemed.
             * @default https://fanclub.example.com/redeem
             */
            redeem: string;
            /**
             * @description URL of the saved payment card.
             * @default https://fanclub.example.com/saved_card
             */
            saved_card: string;
            legals: components["schemas"]["UniverseRecordFanclubsLinksLegals"];
        };
        /**
         * UniverseRecordFanclubsLinksLegals
         * @description Legal pages.
         * @default {
         *       "privacy": "https://fanclub.example.com/privacy",
         *       "privacy-california": "https://fanclub.example.com/privacy-california",
         *       "terms": "https://fanclub.example.com/terms"
         *     }
         */
        UniverseRecordFanclubsLinksLegals: {
            /**
             * @description URL of the privacy policy.
             * @default https://fanclub.example.com/privacy
             */
            privacy: string;
            /**
             * @description URL of the privacy policy for California.
             * @default https://fanclub.example.com/privacy-california
             */
            "privacy-california": string;
            /**
             * @description URL of the terms of use.
             * @default https://fanclub.example.com/terms
             */
            terms: string;
        };
        /**
         * UniverseRecordFanclubsTracking
         * @description Identifiers for analytics, by environment.
         * @default {
         *       "development": {
         *         "google_analytics": [],
         *         "mixpanel": null
         *       },
         *       "production": {
         *         "google_analytics": [],
         *         "mixpanel": null
         *       }
         *     }
         */
        UniverseRecordFanclubsTracking: {
            development: components["schemas"]["UniverseRecordFanclubsTrackingDevelopment"];
            production: components["schemas"]["UniverseRecordFanclubsTrackingProduction"];
        };
        /**
         * UniverseRecordFanclubsTrackingDevelopment
         * @description For pages in development.
         * @default {
         *       "google_analytics": [],
         *       "mixpanel": null
         *     }
         */
        UniverseRecordFanclubsTrackingDevelopment: {
            /**
             * @description Identifiers for Google Analytics.
             * @default []
             */
            google_analytics: string[];
            /**
             * @description Token for Mixpanel, or null.
             * @default null
             */
            mixpanel: string | null;
        };
        /**
         * UniverseRecordFanclubsTrackingProduction
         * @description For pages in production.
         * @default {
         *       "google_analytics": [],
         *       "mixpanel": null
         *     }
         */
        UniverseRecordFanclubsTrackingProduction: {
            /**
             * @description Identifiers for Google Analytics.
             * @default []
             */
            google_analytics: string[];
            /**
             * @description Token for Mixpanel, or null.
             * @default null
             */
            mixpanel: string | null;
        };
        /**
         * UniverseRecordItemTypes
         * @description A stored type of item with options.
         */
        UniverseRecordItemTypes: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * @description Name of the choice, such as `T-Shirt Size`.
             * @default
             */
            name: string;
            /**
             * @description Options to choose from.
             * @default []
             */
            options: components["schemas"]["UniverseRecordItemTypesOptionsItem"][];
            /**
             * @description Identifiers of the plans whose packages have such an item.
             * @default []
             */
            plan_ids: number[];
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /** UniverseRecordItemTypesOptionsItem */
        UniverseRecordItemTypesOptionsItem: {
            /**
             * Format: int64
             * @description Identifier of the option.
             */
            id: number;
            /** @description Name of the option. */
            name: string;
        };
        /**
         * UniverseRecordOrders
         * @description A stored order.
         */
        UniverseRecordOrders: {
            /**
             * Format: int64
             * @description Identifier.
             */
            id: number;
            /**
             * Format: int64
             * @description Identifier of the customer who placed the order.
             */
            customer_id: number;
            /**
             * @description Whether the order is completed; only completed orders are returned.
             * @default true
             */
            completed: boolean;
            plan: components["schemas"]["UniverseRecordOrdersPlan"];
            /**
             * @description Amounts charged; null for an order without a package.
             * @default null
             */
            totals: components["schemas"]["UniverseRecordOrdersTotals"] | null;
            /**
             * Format: date
             * @description Date when the order was created. `YYYY-MM-DD`.
             */
            created_at: string;
            /**
             * Format: date
             * @description Date when the order was paid, or null. `YYYY-MM-DD`.
             * @default null
             */
            paid_at: string | null;
            /**
             * Format: date
             * @description Date when the order was refunded, or null. `YYYY-MM-DD`.
             * @default null
             */
            refunded_at: string | null;
            /**
             * @description Billing address, or null.
             * @default null
             */
            billing_address: components["schemas"]["UniverseAddress"] | null;
            /**
             * @description Shipments; null for an order without a package.
             * @default null
             */
            shipments: components["schemas"]["UniverseRecordOrdersShipmentsItem"][] | null;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
        /**
         * UniverseRecordOrdersPlan
         * @description Plan that was bought.
         */
        UniverseRecordOrdersPlan: {
            /** @description Price of the plan; `0.0` for a free plan. Decimal string, in the currency of the fan club. */
            price: string;
        } & components["schemas"]["UniversePlan"];
        /** UniverseRecordOrdersShipmentsItem */
        UniverseRecordOrdersShipmentsItem: {
            /** @description Status of the shipment, as free text. */
            status: string;
            /** @description Issues that hold up the shipment; omitted if there are none. */
            issues?: components["schemas"]["UniverseRecordOrdersShipmentsItemIssuesItem"][];
            /**
             * Format: date
             * @description Shipping date. `YYYY-MM-DD`.
             */
            ship_date?: string;
            /** @description URL for tracking the shipment. */
            tracking_url?: string;
            /** @description Shipping address. */
            shipping_address?: components["schemas"]["UniverseAddress"];
            /** @description Items in the shipment. */
            items?: components["schemas"]["UniverseRecordOrdersShipmentsItemItemsItem"][];
        };
        /**
         * UniverseRecordOrdersShipmentsItemIssuesItem
         * @enum {string}
         */
        UniverseRecordOrdersShipmentsItemIssuesItem: "missing_shipment_address" | "missing_required_option";
        /** UniverseRecordOrdersShipmentsItemItemsItem */
        UniverseRecordOrdersShipmentsItemItemsItem: {
            /** @description Name of the item. */
            name: string;
            /** @description URL of an image, or null. */
            thumbnail: string | null;
            /** @description Option that the customer chose, or null. */
            option: string | null;
        };
        /** UniverseRecordOrdersTotals */
        UniverseRecordOrdersTotals: {
            /** @description Shipping and handling. Decimal string, in the currency of the fan club. */
            shipping: string;
            /** @description Discount. Decimal string, in the currency of the fan club. */
            discount: string;
            /** @description Amount before shipping and discount. Decimal string, in the currency of the fan club. */
            subtotal: string;
            /** @description Total amount charged. Decimal string, in the currency of the fan club. */
            total: string;
        };
        /**
         * UniverseRecordPlans
         * @description A stored plan.
         */
        UniverseRecordPlans: {
            /**
             * Format: int64
             * @description Identifier of the plan.
             */
            id: number;
            /** @description Name of the plan. */
            name: string;
            /** @description Name of the plan as a slug, for style sheets. */
            class: string;
            /**
             * @description HTML, or null.
             * @default null
             */
            description: string | null;
            /**
             * @description HTML, or null.
             * @default null
             */
            online_benefits: string | null;
            /**
             * @description HTML, or null.
             * @default null
             */
            annotations: string | null;
            /**
             * @description Tags of the plan.
             * @default []
             */
            tags: string[];
            /**
             * Format: int64
             * @description Length of the membership, in months; null for unlimited.
             * @default null
             */
            duration: number | null;
            /** @description Price to display, such as `$50.00` or `Free`. */
            display_price: string;
            /** @description Price of the plan; `0.0` for a free plan. Decimal string, in the currency of the fan club. */
            price: string;
            /** @description URL where the plan can be bought. */
            checkout: string;
            /**
             * @description Whether the customer can buy this plan.
             * @default true
             */
            available_to_customer: boolean;
            /** @description Package shipped with the plan; an empty object if nothing is shipped. */
            package: components["schemas"]["UniversePackage"] | components["schemas"]["UniverseNoPackage"];
            /**
             * @description Whether the plan belongs to a prior sales period.
             * @default false
             */
            renewal: boolean;
            /**
             * @description Why this record is in the set; never part of a response.
             * @default null
             */
            label: string | null;
        };
    };
    responses: {
        /** @description The body cannot be parsed. */
        "problem-400": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ControlProblem"];
            };
        };
        /** @description The token of `--control-token` is missing or wrong. */
        "problem-401": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ControlProblem"];
            };
        };
        /** @description The request is from a page of another origin, or has a host name that is not allowed. */
        "problem-403": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ControlProblem"];
            };
        };
        /** @description The sandbox does not exist, or does not have what the path names. */
        "problem-404": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ControlProblem"];
            };
        };
        /** @description The body did not arrive in time. */
        "problem-408": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ControlProblem"];
            };
        };
        /** @description The data was replaced or changed while the request was in progress. */
        "problem-409": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ControlProblem"];
            };
        };
        /** @description The body is too large. */
        "problem-413": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ControlProblem"];
            };
        };
        /** @description The content coding of the body is not supported. */
        "problem-415": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ControlProblem"];
            };
        };
        /** @description The request is invalid. */
        "problem-422": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ControlProblem"];
            };
        };
        /** @description The emulator failed. */
        "problem-500": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ControlProblem"];
            };
        };
        /** @description The maximum number of sandboxes is reached, or the store failed. */
        "problem-503": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ControlProblem"];
            };
        };
        /** @description The sandbox would need more memory than `--max-memory` allows. */
        "problem-507": {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ControlProblem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlHealth"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
        };
    };
    liveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlHealth"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            500: components["responses"]["problem-500"];
        };
    };
    fidelity: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlRulesResponse"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            500: components["responses"]["problem-500"];
        };
    };
    list_schemas: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlSchemasResponse"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            500: components["responses"]["problem-500"];
        };
    };
    get_schema: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the schema, such as `cratejoy/order.json`. */
                schema: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlDocument"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            500: components["responses"]["problem-500"];
        };
    };
    openapi: {
        parameters: {
            query?: {
                /** @description Format of Cratejoy's responses; that of the server if omitted. */
                profile?: components["schemas"]["Profile"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlDocument"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
        };
    };
    control_openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlDocument"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            500: components["responses"]["problem-500"];
        };
    };
    show: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            500: components["responses"]["problem-500"];
        };
    };
    show_control: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            500: components["responses"]["problem-500"];
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            500: components["responses"]["problem-500"];
        };
    };
    reset_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            500: components["responses"]["problem-500"];
        };
    };
    list_sandboxes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlSandboxesResponse"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            500: components["responses"]["problem-500"];
        };
    };
    show_sandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlSandboxInfo"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    put_sandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ControlSandbox"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlSandboxInfo"];
                };
            };
            400: components["responses"]["problem-400"];
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            408: components["responses"]["problem-408"];
            409: components["responses"]["problem-409"];
            413: components["responses"]["problem-413"];
            415: components["responses"]["problem-415"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    delete_sandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    patch_sandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ControlSandboxPatch"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlSandboxInfo"];
                };
            };
            400: components["responses"]["problem-400"];
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            408: components["responses"]["problem-408"];
            409: components["responses"]["problem-409"];
            413: components["responses"]["problem-413"];
            415: components["responses"]["problem-415"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    reset_sandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    finish_sandbox: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlOutcome"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    get_state: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["State"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    put_state: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FixtureSet"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["State"];
                };
            };
            400: components["responses"]["problem-400"];
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            408: components["responses"]["problem-408"];
            409: components["responses"]["problem-409"];
            413: components["responses"]["problem-413"];
            415: components["responses"]["problem-415"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    put_snapshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
                /** @description Name of the snapshot. */
                snapshot: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlSnapshotsResponse"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    delete_snapshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
                /** @description Name of the snapshot. */
                snapshot: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    restore_snapshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
                /** @description Name of the snapshot. */
                snapshot: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    get_diff: {
        parameters: {
            query?: {
                /** @description Name of the snapshot to compare with; the fixtures if omitted. */
                from?: string;
            };
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlDiff"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    add_records: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ControlNewRecords"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlNewRecordsResponse"];
                };
            };
            400: components["responses"]["problem-400"];
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            408: components["responses"]["problem-408"];
            409: components["responses"]["problem-409"];
            413: components["responses"]["problem-413"];
            415: components["responses"]["problem-415"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    list_records: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
                /** @description Name of the API, such as `cratejoy`. */
                api: string;
                /** @description Name of the collection, such as `orders`. */
                collection: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlRecordsResponse"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    add_record: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
                /** @description Name of the API, such as `cratejoy`. */
                api: string;
                /** @description Name of the collection, such as `orders`. */
                collection: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ControlNewRecord"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlNewRecordResponse"];
                };
            };
            400: components["responses"]["problem-400"];
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            408: components["responses"]["problem-408"];
            409: components["responses"]["problem-409"];
            413: components["responses"]["problem-413"];
            415: components["responses"]["problem-415"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    get_record: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
                /** @description Name of the API, such as `cratejoy`. */
                api: string;
                /** @description Name of the collection, such as `orders`. */
                collection: string;
                /** @description Id of the record. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlRecord"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    put_record: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
                /** @description Name of the API, such as `cratejoy`. */
                api: string;
                /** @description Name of the collection, such as `orders`. */
                collection: string;
                /** @description Id of the record. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ControlRecordPatch"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlRecord"];
                };
            };
            400: components["responses"]["problem-400"];
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            408: components["responses"]["problem-408"];
            409: components["responses"]["problem-409"];
            413: components["responses"]["problem-413"];
            415: components["responses"]["problem-415"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    delete_record: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
                /** @description Name of the API, such as `cratejoy`. */
                api: string;
                /** @description Name of the collection, such as `orders`. */
                collection: string;
                /** @description Id of the record. */
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            409: components["responses"]["problem-409"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    patch_record: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
                /** @description Name of the API, such as `cratejoy`. */
                api: string;
                /** @description Name of the collection, such as `orders`. */
                collection: string;
                /** @description Id of the record. */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ControlRecordPatch"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlRecord"];
                };
            };
            400: components["responses"]["problem-400"];
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            408: components["responses"]["problem-408"];
            409: components["responses"]["problem-409"];
            413: components["responses"]["problem-413"];
            415: components["responses"]["problem-415"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    get_clock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlClockInfo"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    put_clock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ControlClock"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlClockInfo"];
                };
            };
            400: components["responses"]["problem-400"];
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            408: components["responses"]["problem-408"];
            409: components["responses"]["problem-409"];
            413: components["responses"]["problem-413"];
            415: components["responses"]["problem-415"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    advance_clock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ControlAdvance"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlClockInfo"];
                };
            };
            400: components["responses"]["problem-400"];
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            408: components["responses"]["problem-408"];
            409: components["responses"]["problem-409"];
            413: components["responses"]["problem-413"];
            415: components["responses"]["problem-415"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    list_faults: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlFaultsResponse"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    add_fault: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ControlFault"];
            };
        };
        responses: {
            /** @description Success. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlFaultInfo"];
                };
            };
            400: components["responses"]["problem-400"];
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            408: components["responses"]["problem-408"];
            409: components["responses"]["problem-409"];
            413: components["responses"]["problem-413"];
            415: components["responses"]["problem-415"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    clear_faults: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    delete_fault: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
                /** @description Id of the fault. */
                fault: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    change_fault: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
                /** @description Id of the fault. */
                fault: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ControlFaultPatch"];
            };
        };
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlFaultInfo"];
                };
            };
            400: components["responses"]["problem-400"];
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            408: components["responses"]["problem-408"];
            409: components["responses"]["problem-409"];
            413: components["responses"]["problem-413"];
            415: components["responses"]["problem-415"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    list_requests: {
        parameters: {
            query?: {
                /** @description Only requests to this API. */
                api?: string;
                /** @description Only requests with this method. */
                method?: string;
                /** @description Only requests whose path matches, such as `/orders/*`. */
                path?: string;
                /** @description Codes (`404`), classes (`4xx`), `rejected`, `fault`, `violation`, `disconnected`, `in-progress`, `none`, or several of them separated by commas. */
                status?: string;
                /** @description Only requests after this id. */
                since?: number;
                /** @description Wait at most this many seconds until `min` requests match. */
                wait?: number;
                /** @description Number of requests to wait for. */
                min?: number;
            };
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlRequestsResponse"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    clear_requests: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success, without a body. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    list_errors: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlErrorsResponse"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    export_requests: {
        parameters: {
            query?: {
                /** @description Only requests to this API. */
                api?: string;
                /** @description Only requests with this method. */
                method?: string;
                /** @description Only requests whose path matches, such as `/orders/*`. */
                path?: string;
                /** @description Codes (`404`), classes (`4xx`), `rejected`, `fault`, `violation`, `disconnected`, `in-progress`, `none`, or several of them separated by commas. */
                status?: string;
                /** @description Only requests after this id. */
                since?: number;
            };
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlHar"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    get_request: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
                /** @description Id of the request. */
                request: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlRecordedRequest"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
    explain_request: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the sandbox: the credential without `@CUSTOMER`. */
                name: string;
                /** @description Id of the request. */
                request: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlExplanation"];
                };
            };
            401: components["responses"]["problem-401"];
            403: components["responses"]["problem-403"];
            404: components["responses"]["problem-404"];
            422: components["responses"]["problem-422"];
            500: components["responses"]["problem-500"];
            503: components["responses"]["problem-503"];
            507: components["responses"]["problem-507"];
        };
    };
}
