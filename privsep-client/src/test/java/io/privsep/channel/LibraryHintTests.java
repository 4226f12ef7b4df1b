package io.privsep.channel;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.privsep.PrivsepFunction;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedFunction;
import io.privsep.launch.InProcessLauncher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a library misses in a helper is said in words that help, beside its own.
 */
class LibraryHintTests {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final FunctionTable TABLE = FunctionTable.of("net", List.of(Functions.class));

	private static final String HINT = "A helper has no directory for temporary files, to which a library could unpack"
			+ " native code, unless it is given one; set 'privsep.contexts.net.tmp=16MB'";

	private Channel channel;

	@BeforeEach
	void start() throws HelperStartException {
		HelperDefinition definition = new HelperDefinition("net",
				new HelperDefinition.Code(List.of(Functions.class.getName()), null, false), null, -1,
				new HelperDefinition.Calls(2, 4096, 1000),
				new HelperDefinition.Logging("INFO", HelperDefinition.Logging.NO_AUDIT),
				new HelperDefinition.Confinement(4096, false, null), null);
		this.channel = new Channel(
				new ContextSettings(TABLE, definition, new InProcessLauncher(getClass().getClassLoader()), "x",
						List.of(), "process", MINUTE, MINUTE, MINUTE, MINUTE, MINUTE, MINUTE, 0,
						new ContextSettings.Backoff(MINUTE, MINUTE, 1), ContextSettings.Recycle.NEVER));
		this.channel.start();
		this.channel.awaitFirstStart();
	}

	@AfterEach
	void close() {
		this.channel.close();
	}

	@Test
	void libraryThatIsNotLinkedSaysWhatToSet() {
		assertThatThrownBy(() -> call("link")).satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement()
			.satisfies((hint) -> assertThat(hint).hasMessage(HINT)));
	}

	@Test
	void libraryThatCannotUnpackSaysWhatToSetAlsoAsACause() {
		assertThatThrownBy(() -> call("unpack")).satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement()
			.satisfies((hint) -> assertThat(hint).hasMessage(HINT)));
	}

	@Test
	void otherExceptionsHaveNoHint() {
		assertThatThrownBy(() -> call("fail")).satisfies((ex) -> assertThat(ex.getSuppressed()).isEmpty());
	}

	private void call(String name) throws Throwable {
		PrivilegedFunction function = TABLE.functions()
			.stream()
			.filter((each) -> each.method().getName().equals(name))
			.findFirst()
			.orElseThrow();
		this.channel.call(function, new Object[0], MINUTE);
	}

	@PrivsepFunction("net")
	static class Functions {

		public void link() {
			throw new UnsatisfiedLinkError("no jnidispatch in system library path");
		}

		public void unpack() {
			throw new IllegalStateException("no compression",
					new IllegalStateException("Cannot unpack libzstd-jni: No such file or directory"));
		}

		public void fail() {
			throw new IllegalStateException("something else");
		}

	}

}
