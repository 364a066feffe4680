// Package capability decides who may do what, the way WordPress decides it:
// roles hold primitive capabilities ("edit_others_posts"), a user holds roles
// and a few entries of their own, and a question about one object ("edit_post",
// 7) is first mapped to the primitive capabilities it takes.
//
// The package does no input or output. Rules is built once from the registered
// post types, taxonomies and statuses; what must be looked up while mapping
// comes from the small Objects interface of the caller:
//
//	roles := capability.NewRoles(capability.DefaultRoles())
//	rules := capability.New(capability.CoreConfig())
//	user := capability.NewUser(7, []capability.Grant{{Name: "author", Value: true}}, roles)
//	ok, err := rules.Can(objects, user, "edit_post", int64(42))
//
// It mirrors map_meta_cap, user_can, WP_User, WP_Roles,
// get_post_type_capabilities and is_protected_meta of WordPress 7.1 on a single
// site; networks of sites (multisite) are not covered.
//
// Everything fails closed: an object that is not there, a lookup that fails, or
// a registration that leads in a circle ends in the capability "do_not_allow",
// which nobody can hold.
package capability
