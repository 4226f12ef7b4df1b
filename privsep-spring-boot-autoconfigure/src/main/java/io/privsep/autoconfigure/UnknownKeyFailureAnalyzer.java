package io.privsep.autoconfigure;

import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;

import io.privsep.context.UnknownKey;

/**
 * Says of each mistyped key below {@code privsep} what it may have been meant to be.
 */
@Order(0)
final class UnknownKeyFailureAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
		List<UnknownKey> keys = UnknownKey.of(cause);
		if (keys.isEmpty()) {
			return null;
		}
		String description = keys.stream()
			.map((key) -> "- '" + key.key() + "'" + ((key.place() != null) ? ", " + key.place() : "") + ": "
					+ key.sentence())
			.collect(Collectors.joining("\n", "The configuration has keys that privsep does not know:\n\n", ""));
		return new FailureAnalysis(description,
				"Correct each key that is listed above, or remove it. A key that is not known would otherwise be a"
						+ " restriction that nobody applies.",
				cause);
	}

}
