package portal.elasticsearch;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * One Elasticsearch node in this process, on 127.0.0.1: {@code Server HOME HTTP_PORT [name=value...]}.
 *
 * <p>HOME holds {@code config}, {@code modules} and {@code plugins}, and receives {@code data} and {@code logs}. Each
 * {@code name=value} is a setting of Elasticsearch. The node is alone unless {@code cluster.initial_master_nodes} is
 * given. It runs until the process is told to end, and closes its indices then.
 */
public class Server {
  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]).toAbsolutePath();
    Environment environment =
        InternalSettingsPreparer.prepareEnvironment(
            Settings.EMPTY, settings(home, args), home.resolve("config"), () -> "portal");
    LogConfigurator.configureESLogging();
    LogConfigurator.configure(environment, true);
    PluginsLoader plugins =
        PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir()),
            PluginsLoader.loadPluginsBundles(environment.pluginsDir()),
            Map.of(),
            false);
    Node node = new Node(environment, plugins);
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node, stopped)));
    node.start();
    stopped.await();
  }

  private static Map<String, String> settings(Path home, String[] args) {
    Map<String, String> settings = new HashMap<>();
    settings.put("path.home", home.toString());
    settings.put("network.host", "127.0.0.1");
    settings.put("http.port", args[1]);
    settings.put("cluster.name", "portail-local");
    // A nearly full disk of somebody's own machine must not make the indices read-only.
    settings.put("cluster.routing.allocation.disk.threshold_enabled", "false");
    for (String setting : Arrays.asList(args).subList(2, args.length)) {
      String[] pair = setting.split("=", 2);
      if (pair.length != 2) {
        throw new IllegalArgumentException("not a setting (name=value): " + setting);
      }
      settings.put(pair[0], pair[1]);
    }
    if (!settings.containsKey("cluster.initial_master_nodes")) {
      settings.put("discovery.type", "single-node");
      settings.put("transport.port", "0");
    }
    return settings;
  }

  private static void close(Node node, CountDownLatch stopped) {
    try {
      node.close();
    } catch (Exception e) {
      e.printStackTrace();
    } finally {
      stopped.countDown();
    }
  }
}
