package io.privsep.demo.web;

import java.util.Map;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import io.privsep.PrivsepConnectionLostException;
import io.privsep.actuate.PrivsepEndpoint;
import io.privsep.demo.privsep.Documents;
import io.privsep.demo.privsep.Motd;
import io.privsep.demo.privsep.OrderParser;
import io.privsep.demo.privsep.Ports;

/**
 * Has helpers end themselves, to show what happens then: the application could not kill
 * them, as they are processes of other users.
 */
@RestController
@ConditionalOnBooleanProperty(name = "privsep.enabled", matchIfMissing = true)
class HelpersController {

	private final PrivsepEndpoint endpoint;

	private final ConfiguredContexts configured;

	private final Map<String, Runnable> ends;

	HelpersController(PrivsepEndpoint endpoint, ConfiguredContexts configured, Motd motd, Ports ports,
			OrderParser parser, Documents documents) {
		this.endpoint = endpoint;
		this.configured = configured;
		this.ends = Map.of("motd", motd::endHelper, "ports", ports::endHelper, "nobody", parser::endHelper, "documents",
				documents::endHelper);
	}

	@PostMapping("/api/helpers/{context}/end")
	Ended end(@PathVariable String context) {
		Runnable end = this.ends.get(context);
		PrivsepEndpoint.ContextDescriptor described = this.endpoint.context(context);
		if (end == null || described == null) {
			throw new BadRequestException("There is no context '" + context + "'");
		}
		// there the function would end the application itself
		if (described.mode().equals("in-process")) {
			throw new BadRequestException("There is no helper to end in mode 'in-process'");
		}
		if (this.configured.needsRestart(context, described.mode(), described.pid())) {
			throw new BadRequestException("No helper of context '" + context
					+ "' is left, and an application that has given up root cannot start one. Restart the demo");
		}
		boolean isLast = described.spares() == 0 && this.configured.cannotStartHelpers(context, described.mode());
		try {
			end.run();
		}
		catch (PrivsepConnectionLostException ex) {
			return new Ended(String.valueOf(ex.getMessage()), isLast);
		}
		throw new IllegalStateException("The helper of context '" + context + "' has not ended");
	}

	/**
	 * The answer if the helper has ended.
	 *
	 * @param message what the caller of the function got to know
	 * @param last whether there is no other one until the demo is restarted
	 */
	record Ended(String message, boolean last) {

	}

}
