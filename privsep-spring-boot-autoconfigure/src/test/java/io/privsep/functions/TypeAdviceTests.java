package io.privsep.functions;

import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.privsep.value.TransferableTypes;
import io.privsep.value.UnsupportedTypeException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link TypeAdvice}: what is advised is transferable.
 */
class TypeAdviceTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			java.util.Locale                  | String, its language tag | java.lang.String
			java.util.regex.Pattern           | String, its text         | java.lang.String
			java.nio.charset.Charset          | String, its name         | java.lang.String
			java.util.Currency                | String, its code         | java.lang.String
			java.nio.file.attribute.FileTime  | java.time.Instant        | java.time.Instant
			java.util.Date                    | java.time.Instant        | java.time.Instant
			java.util.TimeZone                | java.time.ZoneId         | java.time.ZoneId
			java.io.File                      | java.nio.file.Path       | java.nio.file.Path
			java.net.URL                      | java.net.URI             | java.net.URI
			java.net.Inet4Address             | java.net.InetAddress     | java.net.InetAddress
			java.lang.StringBuilder           | String                   | java.lang.String
			java.util.concurrent.atomic.AtomicInteger | int              | int
			java.util.concurrent.Future       | the type of its value    | java.lang.String
			java.util.concurrent.CompletionStage   | the type of its value | java.lang.String
			java.util.concurrent.CompletableFuture | the type of its value | java.lang.String
			""")
	void whatIsAdvisedIsTransferable(Class<?> type, String advice, Class<?> advised) throws UnsupportedTypeException {
		assertThat(advice(type)).isEqualTo(advice);
		assertThat(new TransferableTypes().codec(advised).type()).isEqualTo(advised);
	}

	@Test
	void collectionsOfTheJdkAreToldToBeAListASetOrAMap() throws Exception {
		int found = 0;
		for (Class<?> type : collections()) {
			String advice = Map.class.isAssignableFrom(type) ? "Map"
					: Set.class.isAssignableFrom(type) ? "Set" : "List";
			assertThat(advice(type)).contains(advice);
			found++;
		}
		assertThat(found).isGreaterThan(50);
	}

	private static List<Class<?>> collections() throws Exception {
		List<Class<?>> types = new ArrayList<>();
		FileSystem jdk = FileSystems.getFileSystem(URI.create("jrt:/"));
		for (String directory : List.of("java/util", "java/util/concurrent")) {
			try (Stream<Path> files = Files.list(jdk.getPath("modules/java.base", directory))) {
				for (Path file : files.filter((path) -> path.toString().endsWith(".class")).toList()) {
					Class<?> type = Class.forName(
							(directory + "/" + file.getFileName()).replace(".class", "").replace('/', '.'), false,
							null);
					if (Modifier.isPublic(type.getModifiers())
							&& (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type))
							&& !Set.of(List.class, Set.class, Map.class).contains(type)) {
						types.add(type);
					}
				}
			}
		}
		return types;
	}

	@Test
	void sealedClassIsToldToBeASealedInterface() throws UnsupportedTypeException {
		assertThat(advice(Answer.class)).isEqualTo("a sealed interface of records in the place of this sealed class");
		assertThat(new TransferableTypes().codec(Reply.class).type()).isEqualTo(Reply.class);
	}

	private static String advice(Class<?> type) {
		return TypeAdvice
			.of(catchThrowableOfType(UnsupportedTypeException.class, () -> new TransferableTypes().codec(type)));
	}

	abstract static sealed class Answer permits Yes {

	}

	static final class Yes extends Answer {

	}

	sealed interface Reply permits Agreed {

	}

	record Agreed() implements Reply {
	}

}
