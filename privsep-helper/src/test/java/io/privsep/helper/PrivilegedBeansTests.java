package io.privsep.helper;

import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.helper.check.RefusalException;
import io.privsep.value.ValueCodec;
import io.privsep.value.ValueWriter;
import io.privsep.wire.FrameWriter;
import io.privsep.wire.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PrivilegedBeans}.
 */
class PrivilegedBeansTests {

	@Test
	void ofMakesEachBeanOnceWithItsSettings() throws Exception {
		PrivilegedBeans beans = of(settings(new Settings("x", List.of(1))), Outer.class, Inner.class);
		Outer outer = (Outer) beans.get(Outer.class);
		assertThat(outer.inner).isSameAs(beans.get(Inner.class));
		assertThat(outer.inner.settings).isEqualTo(new Settings("x", List.of(1)));
		assertThat(beans.table().functions()).hasSize(2);
	}

	@Test
	void ofWhenSettingsAreMissingRefuses() {
		assertThatExceptionOfType(RefusalException.class).isThrownBy(() -> of(null, Inner.class))
			.withMessageContaining("no settings for");
	}

	@Test
	void ofWhenSettingsAreNotAcceptedRefuses() {
		// a name without characters, and no numbers
		ByteBuffer settings = ByteBuffer.wrap(new byte[] { 1, 1, 0, 0, 0, 0, 0 });
		assertThatExceptionOfType(RefusalException.class).isThrownBy(() -> of(settings, Inner.class))
			.withMessageContaining("A name is not empty");
	}

	@Test
	void ofWhenSettingsHaveMoreRefuses() {
		ByteBuffer settings = ByteBuffer.allocate(5);
		assertThatExceptionOfType(RefusalException.class).isThrownBy(() -> of(settings, Inner.class))
			.withMessageContaining("4 bytes are left");
	}

	@Test
	void ofWhenConstructorThrowsThrowsThat() {
		assertThatExceptionOfType(InvocationTargetException.class).isThrownBy(() -> of(null, Failing.class))
			.havingCause()
			.withMessage("no");
	}

	@Test
	void ofWhenClassIsUnknownThrows() {
		HelperDefinition definition = new HelperDefinition("test", new HelperDefinition.Code(List.of("no.Such"), null),
				null, -1, new HelperDefinition.Calls(1, 1000, 250_000),
				new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				new HelperDefinition.Confinement(0, false, null), null);
		assertThatExceptionOfType(ClassNotFoundException.class)
			.isThrownBy(() -> PrivilegedBeans.of(definition, getClass().getClassLoader()));
	}

	@Test
	void ofWhenClassIsNoPrivilegedBeanRefuses() {
		assertThatExceptionOfType(RefusalException.class).isThrownBy(() -> of(null, NeedsString.class))
			.withMessageContaining("java.lang.String");
	}

	@Test
	void ofWhenConstructorsNeedEachOtherRefuses() {
		assertThatExceptionOfType(RefusalException.class).isThrownBy(() -> of(null, Chicken.class, Egg.class))
			.withMessageContaining("Chicken' needs itself");
	}

	@Test
	void ofCallsPostConstructOfSuperclassFirstAlsoWhereBothArePrivateAndOfOneName() throws Exception {
		assertThat(((Child) of(null, Child.class).get(Child.class)).calls).containsExactly("parent", "child");
	}

	private static PrivilegedBeans of(ByteBuffer settings, Class<?>... types) throws Exception {
		List<String> names = Arrays.stream(types).map(Class::getName).toList();
		return PrivilegedBeans.of(
				new HelperDefinition("test", new HelperDefinition.Code(names, settings), null, -1,
						new HelperDefinition.Calls(1, 1000, 250_000),
						new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
						new HelperDefinition.Confinement(0, false, null), null),
				PrivilegedBeansTests.class.getClassLoader());
	}

	private static ByteBuffer settings(Settings settings) {
		ByteBuffer frame = Reply.Returned
			.write(new FrameWriter(1000), 1,
					(out) -> ValueWriter.write(ValueCodec.of(Settings.class), settings, out, 1000))
			.toBytes();
		return frame.position(9).slice();
	}

	record Settings(String name, List<Integer> numbers) {

		Settings {
			if (name.isEmpty()) {
				throw new IllegalArgumentException("A name is not empty");
			}
		}

	}

	@PrivsepFunction("test")
	static class Inner {

		private final Settings settings;

		Inner(Settings settings) {
			this.settings = settings;
		}

		public void inner() {
		}

	}

	@PrivsepFunction("test")
	static class Outer {

		private final Inner inner;

		Outer(Inner inner, Settings settings) {
			this.inner = inner;
		}

		public void outer() {
		}

	}

	@PrivsepFunction("test")
	static class Failing {

		Failing() {
			throw new IllegalStateException("no");
		}

		public void run() {
		}

	}

	@PrivsepFunction("test")
	static class NeedsString {

		NeedsString(String text) {
		}

		public void run() {
		}

	}

	static class Parent {

		final List<String> calls = new ArrayList<>();

		@jakarta.annotation.PostConstruct
		private void start() {
			this.calls.add("parent");
		}

	}

	@PrivsepFunction("test")
	static class Child extends Parent {

		@jakarta.annotation.PostConstruct
		private void start() {
			this.calls.add("child");
		}

		public void run() {
		}

	}

	@PrivsepFunction("test")
	static class Chicken {

		Chicken(Egg egg) {
		}

		public void run() {
		}

	}

	@PrivsepFunction("test")
	static class Egg {

		Egg(Chicken chicken) {
		}

		public void run() {
		}

	}

}
