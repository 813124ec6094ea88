export { NewTemplatePage } from "./NewTemplatePage";
export { TemplatesPage } from "./TemplatesPage";
