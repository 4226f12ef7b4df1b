package io.privsep.channel;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.privsep.PrivsepFunction;
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

	private static final String HINT = "A library can unpack native code only if its helper has a directory for temporary"
			+ " files, which 'privsep.contexts.net.tmp=16MB' gives it";

	private Channel channel;

	@BeforeEach
	void start() throws HelperStartException {
		this.channel = new TestContext(TABLE).calls(2, 4096, 1000)
			.channel(new InProcessLauncher(getClass().getClassLoader()));
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

	@ParameterizedTest
	@ValueSource(strings = { "Cannot unpack libzstd-jni: No such file or directory",
			"Exception java.lang.UnsatisfiedLinkError: no jnidispatch in system library path [in thread \"main\"]",
			"No native library found for os.name=Linux, os.arch=x86_64, paths=[/org/sqlite/native/Linux/x86_64]",
			"[FAILED_TO_LOAD_NATIVE_LIBRARY] no native library is found for os.name=Linux and os.arch=x86_64",
			"/proc/libnetty_transport_native_epoll_x86_6414778932924716618155.so",
			"/proc/sqlite-3.50.3.0-37a52e03-libsqlitejdbc.so.lck", "/proc/123456.tmp" })
	void libraryThatCannotUnpackSaysWhatToSetAlsoAsACause(String message) {
		assertThatThrownBy(() -> call("unpack", message))
			.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement()
				.satisfies((hint) -> assertThat(hint).hasMessage(HINT)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "something else", "/proc/pressure", "/proc/123/libx.so", "/tmp/libx.so" })
	void otherExceptionsHaveNoHint(String message) {
		assertThatThrownBy(() -> call("unpack", message)).satisfies((ex) -> assertThat(ex.getSuppressed()).isEmpty());
	}

	private void call(String name, Object... arguments) throws Throwable {
		PrivilegedFunction function = TABLE.functions()
			.stream()
			.filter((each) -> each.method().getName().equals(name))
			.findFirst()
			.orElseThrow();
		this.channel.call(function, arguments, MINUTE);
	}

	@PrivsepFunction("net")
	static class Functions {

		public void link() {
			throw new UnsatisfiedLinkError("no jnidispatch in system library path");
		}

		public void unpack(String message) {
			throw new IllegalStateException("no library", new IllegalStateException(message));
		}

	}

}
