import type { ErrorEntry } from './error-entry.ts';

export const stackErrors = {
  STACK_PREREQUISITE: {
    meaning: 'This machine lacks something that the local stack needs. Everything that is missing is listed.',
    remedy: 'Install what the message names, then try again. `causeway doctor` shows the whole list.',
    isRetryable: false,
  },
  STACK_INSTANCE_NAME: {
    meaning: 'The name of the stack instance cannot be used as the name of a folder.',
    remedy: 'Take up to 40 lower-case letters, digits and dashes, starting with a letter or digit.',
    isRetryable: false,
  },
  STACK_NOT_UP: {
    meaning: 'This instance of the local stack has not been started, or it was reset.',
    remedy: 'Start it with `causeway stack up`, with the same --instance if it is not the default one.',
    isRetryable: false,
  },
  STACK_PART_UNKNOWN: {
    meaning: 'The local stack has no part of this name.',
    remedy: 'Name one of mysql, postgres, kafka, registry, connect.',
    isRetryable: false,
  },
  STACK_LOCK_TIMEOUT: {
    meaning: 'Another command has been working on the same stack, or on the same download, for too long.',
    remedy: 'Wait until the process named in the message is done, or end it, then try again.',
    isRetryable: true,
  },
  STACK_FETCH_FAILED: {
    meaning: 'A component of the local stack could not be fetched from its package registry.',
    remedy:
      'Read the last lines in the message. Check network and proxy settings of mvn, npm or apt-get, then try again: what is already complete is kept.',
    isRetryable: true,
  },
  STACK_COMMAND_FAILED: {
    meaning: 'A command that prepares a part of the local stack failed.',
    remedy: 'Read the last lines of its output in the message.',
    isRetryable: false,
  },
  STACK_PORT_TAKEN: {
    meaning: 'A port that this instance has to use is taken by another process, or no free one was found.',
    remedy:
      'End the process that listens there, or give another port in the variable that the message names, or `causeway stack reset` to let new ports be chosen.',
    isRetryable: false,
  },
  STACK_PORT_INVALID: {
    meaning: 'A variable that sets a port of the local stack holds something else than a port.',
    remedy: 'Set it to a whole number from 1024 to 65535, or leave it out to have a free one chosen.',
    isRetryable: false,
  },
  STACK_FOLDER_CLOSED: {
    meaning:
      'PostgreSQL never runs as root, and the account it runs as cannot pass a folder above its data or its programs.',
    remedy:
      'Let others pass the folder that the message names (chmod o+x), or set CAUSEWAY_HOME and CAUSEWAY_CACHE to folders they can pass, or run as an ordinary user.',
    isRetryable: false,
  },
  STACK_PART_FAILED: {
    meaning: 'A part of the local stack ended, or was not ready in time, when it was started.',
    remedy:
      'Read the last lines of its log in the message (`causeway stack logs PART` has all). `causeway stack up` tries again; `causeway stack reset` starts from nothing.',
    isRetryable: false,
  },
  STACK_PART_STUCK: {
    meaning: 'A process of the local stack did not end, though it was killed.',
    remedy: 'Look with `ps` at the process that the message names; it may hang in a disk operation.',
    isRetryable: false,
  },
  STACK_STATE_INVALID: {
    meaning: 'A file in which the local stack keeps its own state is not as the stack writes it.',
    remedy: 'Run `causeway stack reset`: it ends what runs and removes the state of the instance.',
    isRetryable: false,
  },
  STACK_EXTERNAL_INCOMPLETE: {
    meaning:
      'CAUSEWAY_STACK is `external`, and variables that say where its parts are are missing or wrong. All of them are listed.',
    remedy: 'Set every variable that is listed, or unset CAUSEWAY_STACK to use the local stack.',
    isRetryable: false,
  },
  STACK_MODE_UNKNOWN: {
    meaning: 'CAUSEWAY_STACK names a kind of stack that does not exist.',
    remedy: 'Set it to `native` or `external`, or unset it.',
    isRetryable: false,
  },
} as const satisfies Record<string, ErrorEntry>;
