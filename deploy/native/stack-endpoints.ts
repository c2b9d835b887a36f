/** Where the parts of a stack answer, whoever runs them. Holds passwords: it is never logged. */
export interface StackEndpoints {
  readonly mysql: {
    readonly host: string;
    readonly port: number;
    /** `mysql://root:password@127.0.0.1:port` */
    readonly url: string;
    /** A command that starts the mysql client, logged in; only where the stack has one. */
    readonly clientPath?: string;
  };
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    /** `postgres://postgres:password@127.0.0.1:port/app` */
    readonly url: string;
    /** psql, where this machine has one. */
    readonly psqlPath?: string;
  };
  readonly store: { readonly url: string };
  readonly kafka: { readonly bootstrapServers: string };
  readonly connect: {
    readonly url: string;
    /** The folder whose files Connect's file config provider may read. */
    readonly secretsDir: string;
  };
  readonly registry: { readonly url: string };
}
