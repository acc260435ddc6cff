// Who may import whom (docs/architecture.md). A broken rule is a design question, not a lint nuisance.
const only = (name, from, to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: {
    path: '^(protocols|runtime|gateway|cloud|dashboards|simulators|tests|tooling)/',
    pathNot: to,
  },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    only('protocols-stand-alone', '^protocols/(?!.*\\.(test|contract)\\.ts$)', '^protocols/'),
    only('runtime-stands-alone', '^runtime/', '^runtime/'),
    only(
      'gateway-imports',
      '^gateway/(?!.*\\.(test|contract)\\.ts$)',
      '^(gateway|runtime|protocols)/',
    ),
    only('cloud-imports', '^cloud/(?!.*\\.(test|contract)\\.ts$)', '^(cloud|runtime|protocols)/'),
    only('gateway-never-sees-cloud', '^gateway/', '^(?!cloud/)'),
    only('cloud-never-sees-gateway', '^cloud/', '^(?!gateway/)'),
    only(
      'simulators-imports',
      '^simulators/(?!.*\\.(test|contract)\\.ts$)',
      '^(simulators|runtime|protocols)/',
    ),
    only(
      'pages-know-only-the-api',
      '^dashboards/web/',
      '^(dashboards/web|protocols/(api|reading))/?',
    ),
    only(
      'boards-know-only-protocols',
      '^dashboards/grafana/(?!.*\\.test\\.ts$)',
      '^(dashboards/grafana|protocols)/',
    ),
    {
      name: 'protocols-are-pure',
      comment: 'No platform: bytes in, messages out.',
      severity: 'error',
      from: { path: '^protocols/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'implementations-are-built-by-app',
      comment: 'An implementation of a port is chosen by the composition root alone.',
      severity: 'error',
      from: {
        path: '^(gateway|cloud)/',
        pathNot:
          '(^(gateway|cloud)/(app|cli/.*)\\.ts$|\\.(test|contract)\\.ts$|^gateway/transports/|^cloud/(trends|broker|journal|notify)/)',
      },
      to: {
        path: '^(gateway/transports/(noble|serial|bluez|replay)|cloud/trends/(sql|influx)|cloud/broker/(aedes|external)|cloud/notify/(email|webhook|log-channel))',
      },
    },
    {
      name: 'nothing-imports-main',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$' },
      to: { path: '^(gateway|cloud|simulators)/main\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['hemma-source', 'import', 'node', 'default', 'types'],
    },
  },
};
