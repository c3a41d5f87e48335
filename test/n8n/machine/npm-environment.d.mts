/** The environment for an npm that works on another folder than the script that calls it. */
export function npmEnvironment(caller: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
