// Everything that one script tag brings to somebody else's page.
export * from "#components";
