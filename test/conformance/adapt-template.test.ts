import { expect, test } from 'vitest';
import { adaptTemplate } from './adapt-template.ts';

test('a template without an unsupported type has no reference to it', () => {
  const { template, removed, removedOutputs } = adaptTemplate(
    {
      Resources: {
        Api: { Type: 'Unsupported::Api' },
        Code: {
          Type: 'Supported::Function',
          DependsOn: ['Api', 'Role'],
          Properties: {
            url: { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': ['Api', 'Host'] }]] },
            role: { Ref: 'Role' },
          },
        },
        Role: { Type: 'Supported::Role', DependsOn: 'Api' },
      },
      Outputs: { Url: { Value: { Ref: 'Api' } }, Role: { Value: { Ref: 'Role' } } },
    },
    (type) => type.startsWith('Supported'),
  );
  expect(template).toEqual({
    Resources: {
      Code: {
        Type: 'Supported::Function',
        DependsOn: ['Role'],
        Properties: { url: { 'Fn::Join': ['', ['https://', 'unsupported-Api']] }, role: { Ref: 'Role' } },
      },
      Role: { Type: 'Supported::Role' },
    },
    Outputs: { Role: { Value: { Ref: 'Role' } } },
  });
  expect([...removed]).toEqual([['Unsupported::Api', ['Api']]]);
  expect(removedOutputs).toEqual(['Url']);
});
