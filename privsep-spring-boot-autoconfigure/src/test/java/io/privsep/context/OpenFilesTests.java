package io.privsep.context;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.privsep.context.PrivsepProperties.Context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@code max-open-files} in {@link ContextChecks}.
 */
class OpenFilesTests {

	private final Map<String, Object> properties = new HashMap<>();

	@ParameterizedTest
	@ValueSource(ints = { 64, 4096, 1 << 20 })
	void requireNumbersWhenInBoundsPasses(int max) {
		this.properties.put("max-open-files", max);
		ContextChecks.requireNumbers("a", context());
		assertThat(context().maxOpenFiles()).isEqualTo(max);
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 0, 63, (1 << 20) + 1 })
	void requireNumbersWhenOutOfBoundsFails(int max) {
		this.properties.put("max-open-files", max);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> ContextChecks.requireNumbers("a", context()))
			.satisfies((ex) -> assertThat(ex.getName()).isEqualTo("privsep.contexts.a.max-open-files"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo("it must be between 64 and 1048576"));
	}

	@Test
	void requireNumbersWhenInASandboxNamesTheProperty() {
		this.properties.put("max-open-files", 1000);
		this.properties.put("sandbox.enabled", true);
		assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
			.isThrownBy(() -> ContextChecks.requireNumbers("a", context()))
			.satisfies((ex) -> assertThat(ex.getReason())
				.isEqualTo("the context has a sandbox; use 'sandbox.max-open-files'"));
	}

	private Context context() {
		Map<String, Object> all = new HashMap<>();
		this.properties.forEach((name, value) -> all.put("privsep.contexts.a." + name, value));
		PrivsepProperties bound = new Binder(new MapConfigurationPropertySource(all)).bindOrCreate("privsep",
				PrivsepProperties.class);
		return Objects.requireNonNull(bound.contexts().get("a"));
	}

}
