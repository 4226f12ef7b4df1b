package io.privsep.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Users and groups are those of the system's databases.
 */
class AccountsTests {

	@Test
	void everyUserOfTheFileIsFound() throws IOException {
		for (String[] entry : entries("/etc/passwd")) {
			int uid = Integer.parseUnsignedInt(entry[2]);
			assertThat(Accounts.uid(entry[0])).as(entry[0]).contains(uid);
			assertThat(Accounts.primaryGid(uid)).as(entry[0]).contains(Integer.parseUnsignedInt(entry[3]));
			assertThat(Accounts.userName(uid)).isEqualTo(entry[0]);
		}
	}

	@Test
	void everyGroupOfTheFileIsFound() throws IOException {
		for (String[] entry : entries("/etc/group")) {
			int gid = Integer.parseUnsignedInt(entry[2]);
			assertThat(Accounts.gid(entry[0])).as(entry[0]).contains(gid);
			assertThat(Accounts.groupName(gid)).isEqualTo(entry[0]);
		}
	}

	@Test
	void nameThatIsNotThereIsNothing() {
		assertThat(Accounts.uid("privsep-nobody")).isEmpty();
		assertThat(Accounts.gid("privsep-nobody")).isEmpty();
		assertThat(Accounts.uid("root\0x")).isEmpty();
	}

	@Test
	void numberWithoutEntryIsItsOwnName() {
		assertThat(Accounts.uid("4000000001")).contains((int) 4000000001L);
		assertThat(Accounts.primaryGid((int) 4000000001L)).isEmpty();
		assertThat(Accounts.userName((int) 4000000001L)).isEqualTo("4000000001");
		assertThat(Accounts.groupName((int) 4000000001L)).isEqualTo("4000000001");
	}

	@Test
	void lastNumberIsNobody() {
		assertThat(Accounts.uid("4294967295")).isEmpty();
	}

	@Test
	void manyThreadsEachGetWhatTheyAskFor() throws Exception {
		List<String> names = entries("/etc/passwd").stream().map((entry) -> entry[0]).toList();
		Map<String, Integer> expected = names.stream()
			.collect(Collectors.toMap((name) -> name, (name) -> Accounts.uid(name).orElseThrow()));
		ExecutorService threads = Executors.newFixedThreadPool(8);
		try {
			Callable<Void> task = () -> {
				for (int i = 0; i < 100; i++) {
					for (String name : names) {
						assertThat(Accounts.uid(name)).contains(expected.get(name));
						assertThat(Accounts.userName(expected.get(name))).isEqualTo(name);
					}
				}
				return null;
			};
			for (Future<Void> each : threads.invokeAll(IntStream.range(0, 8).mapToObj((i) -> task).toList())) {
				each.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	// ids that only one entry has; those that other tests make may go in the meantime
	private static List<String[]> entries(String file) throws IOException {
		List<String[]> entries = Files.readAllLines(Path.of(file))
			.stream()
			.map((line) -> line.split(":"))
			.filter((entry) -> entry.length > 2)
			.toList();
		List<String[]> unique = entries.stream()
			.filter((entry) -> !entry[0].startsWith("privsep-")
					&& entries.stream().filter((other) -> other[2].equals(entry[2])).count() == 1)
			.toList();
		assertThat(unique).isNotEmpty();
		return unique;
	}

}
