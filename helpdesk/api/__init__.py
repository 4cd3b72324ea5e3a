"""The JSON blueprint: a module a resource."""
