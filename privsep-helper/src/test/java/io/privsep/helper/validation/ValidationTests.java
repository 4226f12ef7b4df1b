package io.privsep.helper.validation;

import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.URL;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;
import io.privsep.PrivsepValidationException.Violation;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.helper.Functions;
import io.privsep.helper.PrivilegedBeans;
import io.privsep.helper.check.RefusalException;
import io.privsep.value.SettingsValue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Validation}, and for finding what it has to check.
 */
class ValidationTests {

	@Test
	void violationsAreThoseOfParametersAndOfWhatIsInThem() throws Exception {
		assertThat(violations(Sample.class, "text", "ok")).isEmpty();
		assertThat(violations(Sample.class, "text", " ")).containsExactly(violation("text", "must not be blank"));
		assertThat(violations(Sample.class, "text", (Object) null))
			.containsExactly(violation("text", "must not be blank"));
		assertThat(violations(Sample.class, "order", new Order("a", List.of(new Item(1), new Item(0)), 2)))
			.containsExactly(violation("order.items[1].quantity", "must be greater than or equal to 1"));
		assertThat(violations(Sample.class, "order", new Order("", List.of(), 2)))
			.containsExactly(violation("order.name", "must not be blank"));
		assertThat(violations(Sample.class, "order", new Order("a", List.of(), 7)))
			.containsExactly(violation("order.odd", "no"));
		assertThat(violations(Sample.class, "order", new Order("odd", List.of(), 2)))
			.containsExactly(violation("order", "even"));
		assertThat(violations(Sample.class, "each", List.of(), Map.of("k", new Item(0)), new Item[0]))
			.containsExactly(violation("counts[].quantity", "must be greater than or equal to 1"));
		assertThat(violations(Sample.class, "each", List.of("a", "", "b"), Map.of(), new Item[0]))
			.containsExactly(violation("names[1].<list element>", "size must be between 1 and 3"));
		assertThat(violations(Sample.class, "each", List.of(), Map.of(), new Item[] { new Item(0) }))
			.containsExactly(violation("items[0].quantity", "must be greater than or equal to 1"));
		assertThat(violations(Sample.class, "range", new Range(2, 1)))
			.containsExactly(violation("range.ordered", "must be true"));
	}

	@Test
	void messagesHaveNoExpressions() throws Exception {
		assertThat(violations(Sample.class, "expression", "${7*7} {regexp}"))
			.containsExactly(violation("text", "${1+1} ${validatedValue} [a]"));
	}

	@Test
	void filesThatTheProviderLooksForAreTheDocumentedOnes() throws Exception {
		Set<String> asked = new ConcurrentSkipListSet<>();
		ClassLoader original = Thread.currentThread().getContextClassLoader();
		Thread.currentThread().setContextClassLoader(new ClassLoader(original) {

			@Override
			public @Nullable URL getResource(String name) {
				asked.add(name);
				return super.getResource(name);
			}

			@Override
			public Enumeration<URL> getResources(String name) throws IOException {
				asked.add(name);
				return super.getResources(name);
			}

			@Override
			public @Nullable InputStream getResourceAsStream(String name) {
				asked.add(name);
				return super.getResourceAsStream(name);
			}

		});
		try {
			assertThat(violations(Sample.class, "text", " ")).containsExactly(violation("text", "must not be blank"));
		}
		finally {
			Thread.currentThread().setContextClassLoader(original);
		}
		assertThat(asked.stream().map((name) -> name.replaceAll("_[a-zA-Z_]+\\.properties$", ".properties")).distinct())
			.as("see 'What holds' in the security model")
			.containsExactlyInAnyOrder("META-INF/services/jakarta.validation.spi.ValidationProvider",
					"META-INF/services/jakarta.validation.ConstraintValidator",
					"META-INF/services/jakarta.validation.valueextraction.ValueExtractor",
					"ContributorValidationMessages.properties", "ValidationMessages.properties",
					"org/hibernate/validator/ValidationMessages.properties");
	}

	@Test
	void inheritedConstraintsAreChecked() throws Exception {
		assertThat(violations(Child.class, "run", 11))
			.containsExactly(violation("number", "must be less than or equal to 10"));
		assertThat(violations(OfText.class, "run", (Object) null))
			.containsExactly(violation("value", "must not be null"));
	}

	@Test
	void violationsAreBoundedAndHaveNoKeys() throws Exception {
		List<String> names = Collections.nCopies(200_000, "");
		assertThat(violations(Sample.class, "each", names, Map.of(), new Item[0]))
			.containsExactly(violation("", "more than 20 constraints are broken"));
		// and the next call is counted anew
		assertThat(violations(Sample.class, "each", Collections.nCopies(20, ""), Map.of(), new Item[0])).hasSize(20);
		assertThat(violations(Sample.class, "each", List.of(), Map.of("\n\u001b[0m", new Item(0)), new Item[0]))
			.extracting(Violation::path)
			.containsExactly("counts[].quantity");
	}

	@Test
	void withoutConstraintsNothingIsLoaded() throws Exception {
		assertThat(beans(Plain.class, null).validation()).isNull();
		assertThat(FunctionTable.of("test", List.of(Plain.class)).isConstrained()).isFalse();
	}

	@Test
	void functionWithoutConstraintsIsNotChecked() throws Exception {
		assertThat(function(Sample.class, "plain").isConstrained()).isFalse();
		assertThat(function(Sample.class, "text").isConstrained()).isTrue();
		assertThat(function(Sample.class, "each").isConstrained()).isTrue();
		assertThat(function(Child.class, "run").isConstrained()).isTrue();
	}

	@Test
	void settingsThatAreNotValidAreRefused() throws Exception {
		assertThat(beans(WithSettings.class, new Settings("eth0", 1)).validation()).isNotNull();
		assertThatExceptionOfType(RefusalException.class)
			.isThrownBy(() -> beans(WithSettings.class, new Settings("eth 0", 0)))
			.satisfies((ex) -> assertThat(ex.sentences()).containsExactly(
					"Context 'test': the settings are not valid: 'device' must match \"\\w+\"; refusing to serve",
					"Context 'test': the settings are not valid: 'mtu' must be greater than or equal to 1;"
							+ " refusing to serve"));
		assertThatExceptionOfType(RefusalException.class).isThrownBy(() -> beans(WithRange.class, new Range(2, 1)));
	}

	@Test
	void constraintThatCannotBeCheckedIsRefusedAtTheStart() {
		assertThatExceptionOfType(RefusalException.class).isThrownBy(() -> beans(Mistaken.class, null))
			.satisfies((ex) -> assertThat(ex.sentences()).singleElement()
				.asString()
				.contains("'Mistaken.run': its constraints cannot be checked: HV000030"));
	}

	private static Violation violation(String path, String message) {
		return new Violation(path, message);
	}

	private static List<Violation> violations(Class<?> type, String function, @Nullable Object... arguments)
			throws Exception {
		return new Functions(beans(type, null), 1000).violations(function(type, function), arguments);
	}

	private static PrivilegedFunction function(Class<?> type, String name) {
		return FunctionTable.of("test", List.of(type))
			.functions()
			.stream()
			.filter((function) -> function.method().getName().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static PrivilegedBeans beans(Class<?> type, @Nullable Record settings) throws Exception {
		ByteBuffer written = (settings != null) ? SettingsValue.write(settings.getClass(), settings) : null;
		return PrivilegedBeans.of(
				new HelperDefinition("test", new HelperDefinition.Code(List.of(type.getName()), written), null, -1,
						new HelperDefinition.Calls(1, 1000, 250_000),
						new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
						new HelperDefinition.Confinement(0, false, null), null),
				ValidationTests.class.getClassLoader());
	}

	record Item(@Min(1) int quantity) {
	}

	@OddTotal
	record Order(@NotBlank String name, List<@Valid Item> items, @Odd int odd) {
	}

	record Settings(@Pattern(regexp = "\\w+") String device, @Min(1) int mtu) {
	}

	record Range(int min, int max) {

		@AssertTrue
		public boolean isOrdered() {
			return this.min <= this.max;
		}

	}

	@PrivsepFunction("test")
	static class Sample {

		public void text(@NotBlank String text) {
		}

		public void order(@Valid @NotNull Order order) {
		}

		public void each(List<@Size(min = 1, max = 3) String> names, Map<String, @Valid Item> counts,
				@Valid Item[] items) {
		}

		public void range(@Valid Range range) {
		}

		public void expression(@Pattern(regexp = "[a]", message = "${1+1} ${validatedValue} {regexp}") String text) {
		}

		public String plain(String text) {
			return text;
		}

	}

	interface Parent {

		void run(@Max(10) int number);

	}

	@PrivsepFunction("test")
	static class Child implements Parent {

		@Override
		public void run(int number) {
		}

	}

	interface Of<T> {

		void run(@NotNull T value);

	}

	@PrivsepFunction("test")
	static class OfText implements Of<String> {

		@Override
		public void run(String value) {
		}

	}

	@PrivsepFunction("test")
	static class Plain {

		public void run(String text) {
		}

	}

	@PrivsepFunction("test")
	static class WithSettings {

		WithSettings(Settings settings) {
		}

		public void run() {
		}

	}

	@PrivsepFunction("test")
	static class WithRange {

		WithRange(Range range) {
		}

		public void run() {
		}

	}

	@PrivsepFunction("test")
	static class Mistaken {

		// there is no such validator
		public void run(@Min(1) boolean flag) {
		}

	}

	// only for the field, as constraints of one's own may be
	@Target(ElementType.FIELD)
	@Retention(RetentionPolicy.RUNTIME)
	@Constraint(validatedBy = OddValidator.class)
	@interface Odd {

		String message() default "no";

		Class<?>[] groups() default {};

		Class<? extends Payload>[] payload() default {};

	}

	public static class OddValidator implements ConstraintValidator<Odd, Integer> {

		@Override
		public boolean isValid(Integer value, ConstraintValidatorContext context) {
			return value % 2 == 0;
		}

	}

	@Target(ElementType.TYPE)
	@Retention(RetentionPolicy.RUNTIME)
	@Constraint(validatedBy = OddTotalValidator.class)
	@interface OddTotal {

		String message() default "even";

		Class<?>[] groups() default {};

		Class<? extends Payload>[] payload() default {};

	}

	public static class OddTotalValidator implements ConstraintValidator<OddTotal, Order> {

		@Override
		public boolean isValid(Order value, ConstraintValidatorContext context) {
			return !value.name().equals("odd");
		}

	}

}
