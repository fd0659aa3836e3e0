/** Types of the HTTP API. Made from /openapi.json: `pnpm api` renews them, and nobody edits them. */
export interface paths {
    "/d/{token}/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says what a share gives; never counts */
        get: operations["getShareInfo"];
        put?: never;
        /** Says what a share that has a password gives; never counts */
        post: operations["getShareInfoWithPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/d/{token}/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the objects of a share; never counts */
        get: operations["listShareObjects"];
        put?: never;
        /** Lists the objects of a share that has a password; never counts */
        post: operations["listShareObjectsWithPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/d/{token}/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives temporary credentials for exactly the objects of the share */
        post: operations["getShareCredentials"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/d/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Redeems a share; a HEAD, a browser's GET and a previewer's GET count nothing */
        get: operations["redeemShare"];
        put?: never;
        /** Redeems a share; a HEAD, a browser's GET and a previewer's GET count nothing */
        post: operations["redeemWithPasswordShare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/d/{token}/o/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Redeems a share; a HEAD, a browser's GET and a previewer's GET count nothing */
        get: operations["redeemObject"];
        put?: never;
        /** Redeems a share; a HEAD, a browser's GET and a previewer's GET count nothing */
        post: operations["redeemWithPasswordObject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/g/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Gives temporary credentials */
        get: operations["getGrant"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/g/{token}/mobile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Gives temporary credentials */
        get: operations["getGrantForMobile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/g/{token}/uri": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Gives temporary credentials */
        get: operations["getGrantAsUri"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shares:batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes many shares: a NewShare on each line in, {"ok": true, "share"} or {"ok": false, "problem"} out */
        post: operations["createShares"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists shares, newest first */
        get: operations["listShares"];
        put?: never;
        /** Makes a share */
        post: operations["createShare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shares/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a share */
        get: operations["getShare"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Extends a share, or changes its label or its limit of uses */
        patch: operations["changeShare"];
        trace?: never;
    };
    "/v1/shares/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pauses a share */
        post: operations["pauseShare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shares/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resumes a share */
        post: operations["resumeShare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shares/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Revokes a share for good */
        post: operations["revokeShare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shares/{id}/copy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives the address of a share again */
        post: operations["copyShare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shares/{id}/uses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the uses of a share, newest first */
        get: operations["listUses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/shares/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists what was done with a share, oldest first */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives temporary credentials for exactly these objects */
        post: operations["createGrant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/grant-handles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the newest 1000 handles */
        get: operations["listGrantHandles"];
        put?: never;
        /** Makes a revocable address that gives temporary credentials to whoever GETs it */
        post: operations["createGrantHandle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/grant-handles/{id}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Revokes a handle for good; credentials that it gave live on to their end */
        post: operations["revokeGrantHandle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/objects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists objects below a prefix that the caller may share */
        get: operations["listObjects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inspect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Says what a signed URL is, without its secrets */
        post: operations["inspectUrl"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/urls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs direct URLs, which cannot be revoked, or only says when they would end */
        post: operations["createUrls"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says who calls, where the caller may share, and what this server can do */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit/heads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The last hash of each audit chain */
        get: operations["getAuditHeads"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All audit events, chain after chain, an event on each line, and a cursor after each thousand */
        get: operations["exportAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs a browser in, with an API key or the code of a one-time address */
        post: operations["signIn"];
        /** Signs the browser out */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "share-event": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sent by a server with webhooks for what happens to shares, signed as Standard Webhooks has it */
        post: operations["shareEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        WebhookEvent: {
            /**
             * @description More may come: respond with 200 to those that you do not know.
             * @enum {string}
             */
            type: "share.redeemed" | "share.changed" | "share.paused" | "share.resumed" | "share.revoked" | "share.ended";
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            data: {
                share: {
                    id: string;
                    owner: string;
                    bucket: string;
                    label?: string;
                };
                /** @description Who did it: a subject's id, the visitor's address of a use, or `server` for an end. */
                actor: string;
                /** @description Of a use `use`, `key` and `agent`; of a change what was changed; of an end its `reason`, `expired` or `used-up`. */
                details: {
                    [key: string]: unknown;
                };
            };
        };
        ShareInfo: {
            /** @enum {string} */
            state: "active" | "paused" | "revoked" | "expired" | "used-up" | "not-yet";
            expiresAt: string;
            notBefore?: string;
            usesLeft?: number;
            password: boolean;
            several: boolean;
            credentials: boolean;
            preview: boolean;
            filename?: string;
            label?: string;
            size?: number;
            contentType?: string;
            crc64?: string;
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            /**
             * @description More may come: show the detail of those that you do not know.
             * @enum {string}
             */
            code: "invalid-request" | "invalid-use" | "unauthenticated" | "not-allowed" | "not-yet" | "password-required" | "password-wrong" | "address-not-allowed" | "credentials-not-shared" | "not-found" | "method-not-allowed" | "choose-object" | "share-revoked" | "expired" | "used-up" | "paused" | "revoked" | "revision-differs" | "body-too-large" | "not-possible" | "inline-markup" | "life-too-long" | "idempotency-key-reused" | "rate-limited" | "too-many-passwords" | "signing-failed" | "identity-unavailable" | "internal";
            /**
             * @description What cannot be signed, where that is the cause. More may come.
             * @enum {string}
             */
            reason?: "INVALID_ENDPOINT" | "REGION_UNKNOWN" | "INVALID_BUCKET" | "INVALID_KEY" | "KEY_AMBIGUOUS_IN_V1" | "VALUE_AMBIGUOUS_IN_V1" | "INVALID_TEXT" | "RESERVED_NAME" | "INSECURE_TRANSPORT";
            detail: string;
            requestId: string;
        };
        ObjectPage: {
            objects: {
                key: string;
                size?: number;
                lastModified?: string;
            }[];
            prefixes: string[];
            next?: string;
        };
        ShareCredentials: components["schemas"]["TemporaryCredentials"] & {
            bucket: string;
            keys: string[];
            prefix?: string;
            endpoint?: {
                region?: string;
                endpoint?: string;
                network?: string;
                addressing?: string;
            };
        };
        TemporaryCredentials: {
            accessKeyId: string;
            accessKeySecret: string;
            securityToken: string;
            expiration: string;
        };
        RedeemedShare: {
            url: string;
            expiresAt: string;
            key: string;
            use?: string;
            repeat: boolean;
            filename?: string;
            usesLeft?: number;
        };
        Share: {
            id: string;
            /** @description Only where the share is made or copied. */
            url?: string;
            owner: string;
            /** @enum {string} */
            state: "active" | "paused" | "revoked" | "expired" | "used-up" | "not-yet";
            revision: number;
            bucket: string;
            keys: string[];
            prefix?: string;
            versionId?: string;
            filename?: string;
            /** @enum {string} */
            disposition?: "attachment" | "inline";
            process?: string;
            host?: string;
            label?: string;
            previewSeconds?: number;
            /** @enum {string} */
            resume?: "address";
            allow: string[];
            limits: {
                maxUses?: number;
                ip?: string[];
                password: boolean;
            };
            uses: number;
            /** @description Only in lists, and only once it was used. */
            lastUsedAt?: string;
            notBefore?: string;
            expiresAt: string;
            createdAt: string;
        };
        NewShare: {
            bucket: string;
            key?: string;
            keys?: string[];
            prefix?: string;
            versionId?: string;
            /**
             * @description Seconds, or text such as "15m" or "90d".
             * @example 7d
             */
            expiresIn?: number | string;
            /**
             * Format: date-time
             * @example 2027-01-31T12:00:00Z
             */
            expiresAt?: string;
            /**
             * Format: date-time
             * @example 2027-01-31T12:00:00Z
             */
            notBefore?: string;
            filename?: string;
            /** @enum {string} */
            disposition?: "attachment" | "inline";
            process?: string;
            maxUses?: number;
            ip?: string | string[];
            password?: string;
            host?: string;
            label?: string;
            previewSeconds?: number;
            /**
             * @description A request for a later part of an object is the same use for the same address and program.
             * @enum {string}
             */
            resume?: "address";
            allow?: ("credentials" | "filename")[];
            /** @description Allows credentials together with maxUses, ip or password, which temporary credentials do not obey. */
            insist?: boolean;
        };
        ShareChanges: {
            /**
             * @description Seconds, or text such as "15m" or "90d".
             * @example 7d
             */
            expiresIn?: number | string;
            /**
             * Format: date-time
             * @example 2027-01-31T12:00:00Z
             */
            expiresAt?: string;
            label?: string | null;
            maxUses?: number | null;
        };
        NewGrant: {
            bucket: string;
            key?: string;
            keys?: string[];
            prefix?: string;
            /** @description Also lists the keys under the prefix. */
            list?: boolean;
            /** @default 900 */
            durationSeconds: number;
            /** @description The end user, as the logs of OSS shall name them. */
            sessionName?: string;
        };
        GrantHandle: {
            id: string;
            url?: string;
            owner: string;
            /** @enum {string} */
            state: "active" | "revoked" | "expired";
            bucket: string;
            keys: string[];
            prefix?: string;
            list: boolean;
            durationSeconds: number;
            sessionName: string;
            label?: string;
            expiresAt: string;
            createdAt: string;
        };
        NewGrantHandle: {
            bucket: string;
            key?: string;
            keys?: string[];
            prefix?: string;
            /** @description Also lists the keys under the prefix. */
            list?: boolean;
            /** @default 900 */
            durationSeconds: number;
            /** @description The end user, as the logs of OSS shall name them. */
            sessionName?: string;
            /**
             * @description Seconds, or text such as "15m" or "90d".
             * @example 7d
             */
            expiresIn?: number | string;
            /** Format: date-time */
            expiresAt?: string;
            label?: string;
        };
        SignedUrl: {
            key: string;
            /** @description Absent for a dry run. */
            url?: string;
            /** @description The real end. */
            expiresAt: string;
            requestedExpiresAt: string;
            /** @enum {string} */
            limitedBy: "request" | "credential" | "signature-version";
            warnings: {
                /**
                 * @description More may come: show the message of those that you do not know.
                 * @enum {string}
                 */
                code: "V1_IS_RETIRING" | "KEY_IS_URL" | "KEY_ENCODED" | "PARAMETER_IN_KEY" | "WATERMARK_BASE64" | "INLINE_ON_DEFAULT_DOMAIN" | "APP_ON_DEFAULT_DOMAIN";
                /** @description In English. */
                message: string;
            }[];
        };
        NewUrls: {
            bucket: string;
            key?: string;
            keys?: string[];
            versionId?: string;
            /**
             * @description Seconds, or text such as "15m" or "90d".
             * @example 7d
             */
            expiresIn?: number | string;
            /**
             * Format: date-time
             * @example 2027-01-31T12:00:00Z
             */
            expiresAt?: string;
            filename?: string;
            /** @enum {string} */
            disposition?: "attachment" | "inline";
            process?: string;
            host?: string;
            /**
             * @default GET
             * @enum {string}
             */
            method: "GET" | "HEAD";
            /**
             * @description V1 is being retired by the cloud.
             * @default v4
             * @enum {string}
             */
            version: "v4" | "v1";
            /** @description In bit/s. */
            trafficLimit?: number;
            sourceIp?: string;
            /**
             * @description Checks the request and returns the real end, but no URL.
             * @default false
             */
            dryRun: boolean;
        };
        Me: {
            id: string;
            admin: boolean;
            scopes: {
                bucket: string;
                prefix: string;
                longestSeconds: number;
            }[];
            /** @description What `host` of a share or URL may name. */
            hosts: string[];
            /** @description What `version` of a URL may name. */
            versions: ("v4" | "v1")[];
            /** @description Whether the server hands out temporary credentials. */
            credentials: boolean;
        };
        SignIn: {
            key: string;
        } | {
            code: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export interface operations {
    getShareInfo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The facts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShareInfo"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getShareInfoWithPassword: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The facts. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShareInfo"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listShareObjects: {
        parameters: {
            query?: {
                cursor?: string;
            };
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectPage"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listShareObjectsWithPassword: {
        parameters: {
            query?: {
                cursor?: string;
            };
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectPage"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getShareCredentials: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credentials. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShareCredentials"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redeemShare: {
        parameters: {
            query?: never;
            header?: {
                "x-ossgrant-use"?: string;
            };
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With `Accept: application/json` the URL; for a browser a page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RedeemedShare"];
                    "text/html": string;
                };
            };
            /** @description To a signed URL. */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redeemWithPasswordShare: {
        parameters: {
            query?: never;
            header?: {
                "x-ossgrant-use"?: string;
            };
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With `Accept: application/json` the URL; for a browser a page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RedeemedShare"];
                    "text/html": string;
                };
            };
            /** @description To a signed URL. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redeemObject: {
        parameters: {
            query?: never;
            header?: {
                "x-ossgrant-use"?: string;
            };
            path: {
                token: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With `Accept: application/json` the URL; for a browser a page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RedeemedShare"];
                    "text/html": string;
                };
            };
            /** @description To a signed URL. */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    redeemWithPasswordObject: {
        parameters: {
            query?: never;
            header?: {
                "x-ossgrant-use"?: string;
            };
            path: {
                token: string;
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description With `Accept: application/json` the URL; for a browser a page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RedeemedShare"];
                    "text/html": string;
                };
            };
            /** @description To a signed URL. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGrant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credentials. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemporaryCredentials"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGrantForMobile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credentials. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getGrantAsUri: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The credentials. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createShares: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": string;
            };
        };
        responses: {
            /** @description A result for each line, in order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listShares: {
        parameters: {
            query?: {
                /** @description Another owner's, or `*` for all: needs `admin`. */
                owner?: string;
                bucket?: string;
                prefix?: string;
                state?: "active" | "paused" | "revoked";
                label?: string;
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page; `next` is absent on the last one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        shares: components["schemas"]["Share"][];
                        next?: string;
                    };
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createShare: {
        parameters: {
            query?: never;
            header?: {
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewShare"];
            };
        };
        responses: {
            /** @description The share. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Share"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getShare: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The share. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Share"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeShare: {
        parameters: {
            query?: never;
            header?: {
                "if-match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShareChanges"];
            };
        };
        responses: {
            /** @description The share. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Share"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    pauseShare: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The share. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Share"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    resumeShare: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The share. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Share"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeShare: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The share. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Share"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    copyShare: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The share. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Share"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listUses: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page; `next` is absent on the last one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        uses: {
                            id: string;
                            at: string;
                            key: string;
                            repeats: number;
                            address?: string;
                            agent?: string;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
                /** @description Whether to list its uses, too, of which `/uses` says more. */
                uses?: "true" | "false";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page; `next` is absent on the last one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: {
                            seq: number;
                            at: string;
                            kind: string;
                            actor: string;
                            body?: unknown;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createGrant: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewGrant"];
            };
        };
        responses: {
            /** @description The credentials. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemporaryCredentials"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listGrantHandles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The handles. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        handles: components["schemas"]["GrantHandle"][];
                    };
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createGrantHandle: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewGrantHandle"];
            };
        };
        responses: {
            /** @description The handle. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantHandle"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeGrantHandle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The handle. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantHandle"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listObjects: {
        parameters: {
            query: {
                bucket: string;
                prefix?: string;
                delimiter?: "/";
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ObjectPage"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    inspectUrl: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    url: string;
                };
            };
        };
        responses: {
            /** @description What the URL says. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createUrls: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUrls"];
            };
        };
        responses: {
            /** @description The URLs. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        urls: components["schemas"]["SignedUrl"][];
                    };
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAuditHeads: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The heads. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        heads: {
                            shard: number;
                            seq: number;
                            hash: string;
                        }[];
                    };
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    exportAudit: {
        parameters: {
            query?: {
                /** @description The last cursor of an earlier export: events after it. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                };
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Signed in: the session is a cookie. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused; `code` says why. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    shareEvent: {
        parameters: {
            query?: never;
            header: {
                /** @description The same in every attempt. */
                "webhook-id": string;
                /** @description Seconds since the Unix epoch, of the attempt. */
                "webhook-timestamp": string;
                /** @description `v1,` and HMAC-SHA256 in base64, once for each secret. */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookEvent"];
            };
        };
        responses: {
            /** @description Not wanted: the event is given up. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Received. Anything else within ten seconds, or nothing, is tried again. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
