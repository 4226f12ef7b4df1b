package io.privsep.advice;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import javax.tools.ToolProvider;

import jakarta.annotation.PostConstruct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Profile;

import io.privsep.PrivsepFunction;
import io.privsep.autoconfigure.PrivsepAutoConfiguration;
import io.privsep.function.FunctionTable;
import io.privsep.function.PrivilegedBean;
import io.privsep.function.PrivilegedFunction;
import io.privsep.functions.BeanProblems;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of docs/beans.md: which beans there may be. The helper is a thread of this
 * JVM.
 */
public class BeanShapeTests {

	private static final String HELPER = "privsep-net-";

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(PrivsepAutoConfiguration.class))
		.withPropertyValues("privsep.mode=in-process", "privsep.contexts.net.call-timeout=1m");

	@Test
	void lazyBeanIsMadeInTheHelperAtItsStart() {
		LazyBean.made = new CompletableFuture<>();
		this.runner.withUserConfiguration(LazyBean.class, LazyCaller.class).run((context) -> {
			assertThat(LazyBean.made.get(1, TimeUnit.MINUTES)).isNotNull();
			assertThat(context.getBean(LazyCaller.class).bean.thread()).startsWith(HELPER);
		});
	}

	@Test
	void beanOfAProfileIsThereWithIt() {
		this.runner.withPropertyValues("spring.profiles.active=linux")
			.withUserConfiguration(ProfileBean.class)
			.run((context) -> assertThat(context.getBean(ProfileBean.class).thread()).startsWith(HELPER));
		this.runner.withUserConfiguration(ProfileBean.class)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("Context 'net' is configured but has no functions"));
	}

	@Test
	void primaryBeanIsInjected() {
		this.runner.withUserConfiguration(First.class, Second.class)
			.run((context) -> assertThat(context.getBean(Numbered.class).number()).isEqualTo(2));
	}

	@Test
	void typeVariablesOfASuperclassAndAnInterfaceAreResolved() {
		this.runner.withUserConfiguration(Orders.class).run((context) -> {
			Orders orders = context.getBean(Orders.class);
			assertThat(orders.save(new Order("a"))).isEqualTo(new Order("a"));
			assertThat(orders.saveAll(List.of(new Order("a"), new Order("b")))).containsExactly(new Order("b"),
					new Order("a"));
			Store<Order> store = orders;
			assertThat(store.save(new Order("c"))).isEqualTo(new Order("c"));
			Lister<Order, String> lister = orders;
			assertThat(lister.first(List.of(new Order("d")))).isEqualTo("d " + HELPER);
		});
	}

	@Test
	void overloadsAndVariableArgumentsAreFunctions() {
		this.runner.withUserConfiguration(Overloads.class).run((context) -> {
			Overloads bean = context.getBean(Overloads.class);
			assertThat(bean.join("a")).isEqualTo("one a");
			assertThat(bean.join(1)).isEqualTo("number 1");
			assertThat(bean.join("a", "b")).isEqualTo("many [a, b]");
			assertThat(bean.join()).isEqualTo("many []");
		});
	}

	@Test
	void postConstructRunsInTheHelperAlone() {
		Initialized.threads.clear();
		this.runner.withUserConfiguration(Initialized.class).run((context) -> {
			assertThat(context.getBean(Initialized.class).isInitialized()).isTrue();
			assertThat(Initialized.threads).singleElement().asString().startsWith(HELPER);
		});
	}

	@Test
	void beanThatLombokCompletesIsMade() throws Exception {
		try (URLClassLoader loader = new URLClassLoader(new URL[] { compiled().toUri().toURL() },
				getClass().getClassLoader())) {
			PrivilegedBean bean = PrivilegedBean.of(loader.loadClass("Logged"));
			assertThat(BeanProblems.of("net", List.of(bean))).isEmpty();
			assertThat(FunctionTable.ofBeans("net", List.of(bean)).functions()).extracting(PrivilegedFunction::name)
				.containsExactly("Logged.name");
			assertThat(bean.constructor().getParameterTypes()).extracting(Class::getName)
				.containsExactly("Logged$Settings");
		}
	}

	private Path compiled() throws IOException {
		Path source = Files.writeString(this.directory.resolve("Logged.java"), """
				@lombok.extern.slf4j.Slf4j
				@lombok.RequiredArgsConstructor
				@io.privsep.PrivsepFunction("net")
				public class Logged {
					private final Settings settings;
					public String name() {
						log.info("asked");
						return this.settings.name();
					}
					public record Settings(String name) {
					}
				}
				""");
		String lombok = System.getProperty("lombok.jar");
		assertThat(ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-d", this.directory.toString(), "-processorpath", lombok, "-cp",
					lombok + File.pathSeparator + System.getProperty("java.class.path"), source.toString()))
			.isZero();
		return this.directory;
	}

	static String here() {
		String name = Thread.currentThread().getName();
		return name.startsWith(HELPER) ? HELPER : name;
	}

	@Lazy
	@PrivsepFunction("net")
	static class LazyBean {

		static CompletableFuture<Boolean> made = new CompletableFuture<>();

		LazyBean() {
			made.complete(true);
		}

		public String thread() {
			return here();
		}

	}

	static class LazyCaller {

		@Autowired
		@Lazy
		private LazyBean bean;

	}

	@Profile("linux")
	@PrivsepFunction("net")
	static class ProfileBean {

		public String thread() {
			return here();
		}

	}

	interface Numbered {

		int number();

	}

	@PrivsepFunction("net")
	static class First implements Numbered {

		@Override
		public int number() {
			return 1;
		}

	}

	@Primary
	@PrivsepFunction("net")
	static class Second implements Numbered {

		@Override
		public int number() {
			return 2;
		}

	}

	record Order(String name) {
	}

	abstract static class Store<T> {

		public T save(T value) {
			return value;
		}

		public List<T> saveAll(List<T> values) {
			return List.of(values.get(1), values.get(0));
		}

	}

	interface Lister<T, R> {

		R name(T value);

		default R first(List<T> values) {
			return name(values.get(0));
		}

	}

	@PrivsepFunction("net")
	static class Orders extends Store<Order> implements Lister<Order, String> {

		@Override
		public String name(Order value) {
			return value.name() + " " + here();
		}

	}

	@PrivsepFunction("net")
	static class Overloads {

		public String join(String one) {
			return "one " + one;
		}

		public String join(int number) {
			return "number " + number;
		}

		public String join(String... many) {
			return "many " + List.of(many);
		}

	}

	@PrivsepFunction("net")
	static class Initialized {

		static final List<String> threads = new CopyOnWriteArrayList<>();

		private boolean initialized;

		@PostConstruct
		void initialize() {
			this.initialized = true;
			threads.add(Thread.currentThread().getName());
		}

		public boolean isInitialized() {
			return this.initialized;
		}

	}

}
