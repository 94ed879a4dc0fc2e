import { Select, type SelectProps } from "antd";
import { usePeople } from "./queries";

/** One of the people who may be given work. */
export function PersonSelect(props: Omit<SelectProps<string>, "options">) {
  const people = usePeople();
  return (
    <Select<string>
      showSearch={{ optionFilterProp: "label" }}
      options={people.map((login) => ({ value: login, label: login }))}
      {...props}
    />
  );
}
