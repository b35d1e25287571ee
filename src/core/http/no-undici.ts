/** What stands for each file of undici where there is none: in a browser, a worker, Bun and Deno. */
const none: undefined = undefined
export default none
