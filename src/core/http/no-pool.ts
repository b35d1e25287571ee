/** What stands for undici where there is none: in a browser, a worker, Bun and Deno. There fetch sends the requests. */
const none: undefined = undefined
export default none
