package io.privsep.thrown;

import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FixedExceptions}, with the list of the JDK that runs them.
 */
class FixedExceptionsTests {

	@Test
	void everyUncheckedExceptionOfJavaLangArrivesAsItselfUnlessItWouldLoseFields() throws Exception {
		List<String> missing = new ArrayList<>();
		int found = 0;
		try (Stream<Path> files = Files
			.list(FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules/java.base/java/lang"))) {
			for (Path file : files.filter((path) -> path.toString().endsWith("Exception.class")).toList()) {
				Class<?> type = Class.forName("java.lang." + file.getFileName().toString().replace(".class", ""), false,
						null);
				if (RuntimeException.class.isAssignableFrom(type) && Modifier.isPublic(type.getModifiers())) {
					found++;
					if (FixedExceptions.maker(type.getName()) == null) {
						missing.add(type.getSimpleName());
					}
				}
			}
		}
		assertThat(missing).containsExactlyInAnyOrder("EnumConstantNotPresentException", "TypeNotPresentException");
		assertThat(found).isGreaterThan(18);
	}

}
