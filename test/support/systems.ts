/** One target of each kind; the examples of the specs are records of them. */
export const ids = {
  restate: 'inv_1gdJBtdVEcM942bjcDmb1c1khoaJe11Hbz',
  urn: 'urn:fss:cn-north-4:46b6f338fc3445b8846c71dfb1fb2d9a:function:default:test:latest',
  task: 'nightly-0001',
  job: '300000012345678',
  application: 'samples~CalculatorApp',
  uuid: '1167bf8c-87b0-43ab-8f5f-26b16c64f252',
} as const

/** The secret of a credential that must not be seen anywhere. */
export const canary = 'canary-0123456789abcdef'
