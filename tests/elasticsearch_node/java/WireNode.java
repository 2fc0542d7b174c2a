import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * One Elasticsearch node in this JVM, for tests: {@code WireNode HOME [setting=value ...]}.
 * Writes "READY URL" to its standard output when it answers; ends on SIGTERM and when its standard input ends, so that it
 * cannot outlive the test run that started it.
 */
public final class WireNode {
    private static final String[] FOLDERS = { "modules", "plugins", "config", "data", "logs", "repo" };

    public static void main(String[] args) throws Exception {
        var out = System.out; // the node's logging takes System.out over
        Path home = Path.of(args[0]).toAbsolutePath();
        for (String folder : FOLDERS) {
            Files.createDirectories(home.resolve(folder));
        }
        Environment environment = InternalSettingsPreparer.prepareEnvironment(settings(home, args), Map.of(), home.resolve("config"), () -> "node");
        LogConfigurator.setNodeName("node");
        LogConfigurator.registerErrorListener();
        LogConfigurator.configure(environment, true);
        PluginsLoader plugins = PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir(), false), PluginsLoader.loadPluginsBundles(environment.pluginsDir(), false),
            Map.of(), false);
        Node node = new Node(environment, plugins);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.start();
        var address = node.injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress();
        out.println("READY http://" + address.getAddress() + ":" + address.getPort());
        out.flush();
        while (System.in.read() >= 0) {
        }
        System.exit(0);
    }

    private static Settings settings(Path home, String[] args) {
        Settings.Builder settings = Settings.builder()
            .put("path.home", home.toString())
            .put("path.data", home.resolve("data").toString())
            .put("path.logs", home.resolve("logs").toString())
            .put("path.repo", home.resolve("repo").toString())
            .put("cluster.name", "wireroom-tests")
            .put("node.name", "node")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", "0")
            .put("transport.port", "0")
            .put("node.store.allow_mmap", false)
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
        for (int at = 1; at < args.length; at++) {
            String[] pair = args[at].split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        return settings.build();
    }

    private static void close(Node node) {
        try {
            node.prepareForClose();
            node.close();
        } catch (Exception fault) {
            fault.printStackTrace();
        }
    }
}
