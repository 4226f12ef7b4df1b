package io.privsep.demo.web;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.privsep.demo.privsep.Documents;
import io.privsep.demo.privsep.Motd;
import io.privsep.demo.privsep.OrderParser;
import io.privsep.demo.privsep.Ports;
import io.privsep.demo.privsep.Rights;

/**
 * Shows each context as it is configured, and what its helper says of itself.
 */
@RestController
class ContextsController {

	private final ConfiguredContexts configured;

	private final Motd motd;

	private final Ports ports;

	private final OrderParser parser;

	private final Documents documents;

	ContextsController(ConfiguredContexts configured, Motd motd, Ports ports, OrderParser parser, Documents documents) {
		this.configured = configured;
		this.motd = motd;
		this.ports = ports;
		this.parser = parser;
		this.documents = documents;
	}

	@GetMapping("/api/contexts")
	List<Context> contexts() throws IOException {
		List<Context> contexts = new ArrayList<>();
		contexts.add(context("motd", this.motd.rights()));
		contexts.add(context("ports", this.ports.rights()));
		contexts.add(context("nobody", this.parser.rights()));
		contexts.add(context("documents", this.documents.rights()));
		return contexts;
	}

	private Context context(String name, Rights rights) {
		ConfiguredContexts.ConfiguredContext context = this.configured.contexts().get(name);
		if (context == null) {
			throw new IllegalStateException("Context '" + name + "' is not configured");
		}
		return new Context(name, context.user(), context.capabilities(), rights);
	}

	/**
	 * One context.
	 *
	 * @param name its name
	 * @param user whom its helper is to run as, if it needs a user of its own
	 * @param capabilities capabilities its helper is to have
	 * @param helper what the kernel says of the helper
	 */
	record Context(String name, @Nullable String user, List<String> capabilities, Rights helper) {

	}

}
