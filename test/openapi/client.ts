// A client whose types are generated out of the description of the API: it
// writes, reads and deletes a post, and is refused once.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

declare const process: { env: Record<string, string> };
declare const console: { log(text: string): void };

function check(ok: boolean, what: string): asserts ok {
	if (!ok) throw new Error(what);
}

const api = createClient<paths>({
	baseUrl: process.env.PLATEN_API,
	querySerializer: { array: { style: "form", explode: false } }, // as the description says of lists
	headers: { Authorization: "Bearer " + process.env.PLATEN_TOKEN },
});

const made = await api.POST("/wp/v2/posts", { body: { title: "By a generated client", status: "publish" } });
check(made.response.status === 201 && made.data !== undefined, "create");
const id: number = made.data.id!;

const list = await api.GET("/wp/v2/posts", { params: { query: { per_page: 2, include: [id], _fields: ["id", "title", "_links"] } } });
check(list.data?.length === 1 && list.data[0].id === id, "list");
check(list.response.headers.get("X-WP-Total") === "1", "total");

const one = await api.GET("/wp/v2/posts/{id}", { params: { path: { id }, query: { context: "edit" } } });
const post: components["schemas"]["Post"] = one.data!;
check(post.title?.raw === "By a generated client", "read");

const tag = one.response.headers.get("ETag")!;
const changed = await api.POST("/wp/v2/posts/{id}", { params: { path: { id }, header: { "If-Match": tag } }, body: { title: "Changed" } });
check(changed.data?.title?.raw === "Changed", "update");
const late = await api.POST("/wp/v2/posts/{id}", { params: { path: { id }, header: { "If-Match": tag } }, body: { title: "Too late" } });
check(late.response.status === 412 && late.error?.code === "rest_precondition_failed", "precondition");

const refused = await api.GET("/wp/v2/users/{id}", { params: { path: { id: 999 } } });
const error: components["schemas"]["Error"] = refused.error!;
check(error.code === "rest_user_invalid_id", "error");

const gone = await api.DELETE("/wp/v2/posts/{id}", { params: { path: { id }, query: { force: true } } });
check(gone.response.ok && gone.data !== undefined && "deleted" in gone.data && gone.data.deleted === true, "delete");

console.log("all is well");
