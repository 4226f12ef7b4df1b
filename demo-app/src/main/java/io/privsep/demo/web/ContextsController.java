package io.privsep.demo.web;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import io.privsep.PrivsepException;
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

	private final Map<String, RightsOfHelper> rights;

	ContextsController(ConfiguredContexts configured, Motd motd, Ports ports, OrderParser parser, Documents documents) {
		this.configured = configured;
		this.rights = Map.of("motd", motd::rights, "ports", ports::rights, "nobody", parser::rights, "documents",
				documents::rights);
	}

	@GetMapping("/api/contexts")
	List<Context> contexts() throws IOException {
		List<Context> contexts = new ArrayList<>();
		for (String name : ConfiguredContexts.NAMES) {
			contexts.add(context(name));
		}
		return contexts;
	}

	// a context that is down does not hide the others
	private Context context(String name) throws IOException {
		ConfiguredContexts.ConfiguredContext context = Objects.requireNonNull(this.configured.contexts().get(name),
				name);
		try {
			Rights rights = Objects.requireNonNull(this.rights.get(name), name).ask();
			return new Context(name, context.user(), context.capabilities(), rights, null);
		}
		catch (PrivsepException ex) {
			return new Context(name, context.user(), context.capabilities(), null, String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Asks a helper for its rights.
	 */
	private interface RightsOfHelper {

		Rights ask() throws IOException;

	}

	/**
	 * One context.
	 *
	 * @param name its name
	 * @param user whom its helper is to run as, if it needs a user of its own
	 * @param capabilities capabilities its helper is to have
	 * @param helper what the kernel says of the helper, if it answers
	 * @param failure why it does not
	 */
	record Context(String name, @Nullable String user, List<String> capabilities, @Nullable Rights helper,
			@Nullable String failure) {

	}

}
